import type { Answers } from '../config/answers';
import type { ReadDocument } from '../config/fact';
import type { Job } from '../config/job';
import { jobsOf, namedJob } from '../config/link';
import { type Effective, effectiveDocument } from '../config/link/effective';
import { readOnce } from '../config/link/workspace';
import { plainPath } from '../config/paths';
import type { SourceText } from '../config/read';

/** A file with the jobs that it describes alone or with others. */
export interface Linked extends Effective {
  readonly jobs: readonly Job[];
}

/** What a new text of a file means. */
interface Given {
  /** It is not the text that was there. */
  readonly isNew: boolean;
  /** What it says; `null` where that is no MoE config, or the file is forgotten. */
  readonly document: ReadDocument | null;
  /** Other files whose jobs are others now. */
  readonly affects: readonly string[];
}

const UNKNOWN: Linked = { document: null, jobs: [], files: [], missing: [] };

const nameOf = (path: string): string => path.replaceAll('\\', '/').split('/').at(-1) ?? '';

/** Texts of files, and what each of those that were asked for says together with others. */
export class LinkedFiles {
  private readonly texts = new Map<string, SourceText>();
  /** As they were linked last. */
  private readonly linked = new Map<string, Linked>();

  /** Gives or replaces a file's text; `null` forgets the file. */
  give(file: string, text: string | null): Given {
    const known = this.texts.get(file);
    const isNew = known?.text !== (text ?? undefined);
    if (isNew) {
      if (text === null) this.texts.delete(file);
      else this.texts.set(file, { file, text });
      this.linked.delete(file);
    }
    const now = this.texts.get(file);
    const document = now === undefined ? null : readOnce(now);
    const before = known === undefined ? null : readOnce(known);
    const isModel = (document ?? before)?.kind === 'model';
    return { isNew, document, affects: isNew ? this.linkAgain(file, isModel) : [] };
  }

  /** Text of a file that was given. */
  readonly textOf = (file: string): string | undefined => this.texts.get(file)?.text;

  get sources(): readonly SourceText[] {
    return [...this.texts.values()];
  }

  /** What a file says together with others. */
  of(file: string): Linked {
    const linked = this.linked.get(file) ?? this.link(file);
    this.linked.set(file, linked);
    return linked;
  }

  findJob(id: string): Job | undefined {
    const files = [...this.texts.keys()].filter((file) => id === file || id.startsWith(`${file}#`));
    return files.flatMap((file) => this.of(file).jobs).find((job) => job.id === id);
  }

  /** @throws where there is none (any more) */
  job(id: string): Job {
    const found = this.findJob(id);
    if (!found)
      throw new Error(`There is no job ${id} any more: its file was closed or is no longer a MoE config.`);
    return found;
  }

  /** What comes of some work while one file has another text, which the others do not see. */
  withText<T>(file: string, text: string, work: () => T): T {
    const [before, linked] = [this.texts.get(file), this.linked.get(file)];
    this.texts.set(file, { file, text });
    this.linked.delete(file);
    try {
      return work();
    } finally {
      restore(this.texts, file, before);
      restore(this.linked, file, linked);
    }
  }

  /** What comes of some work while files have other texts. */
  withTexts<T>(texts: ReadonlyMap<string, string>, work: () => T): T {
    const before = new Map([...texts.keys()].map((file) => [file, this.texts.get(file)]));
    const linked = [...this.linked];
    for (const [file, text] of texts) this.texts.set(file, { file, text });
    this.linked.clear();
    try {
      return work();
    } finally {
      for (const [file, text] of before) restore(this.texts, file, text);
      this.linked.clear();
      for (const [file, one] of linked) this.linked.set(file, one);
    }
  }

  /** The file's jobs. Only its own: to link all files for each one is what makes a large workspace slow. */
  private link(file: string): Linked {
    const source = this.texts.get(file);
    return source ? link(source, this.sources) : UNKNOWN;
  }

  /** Links again what a file that came, changed or went may be part of; names what is another job now. */
  private linkAgain(changed: string, isModel: boolean): string[] {
    const name = nameOf(changed);
    return [...this.linked].flatMap(([file, before]) => {
      const isPart = before.files.includes(changed);
      const paths = [...before.missing, ...before.jobs.flatMap((job) => job.missingFiles)];
      const isAwaited = paths.some((path) => nameOf(path) === name);
      const runsModel = isModel && before.jobs.some((job) => job.launch || job.scenarioFile);
      if (file === changed || !(isPart || isAwaited || runsModel)) return [];
      const now = this.link(file);
      this.linked.set(file, now);
      const isSame =
        !isPart &&
        now.files.length === before.files.length &&
        now.jobs.every((job, i) => job.model === before.jobs[i]?.model);
      return isSame ? [] : file;
    });
  }
}

function link(source: SourceText, sources: readonly SourceText[]): Linked {
  const { document, files, missing } = effectiveDocument(source, { sources, pathOf: plainPath });
  if (document === null) return { document, jobs: [], files, missing };
  if (document.kind === 'model') {
    const jobs = jobsOf(document, [], { sources });
    return { document, jobs, files: [...files, ...jobs.flatMap((job) => job.files)], missing };
  }
  const models = sources.map(readOnce).filter((other) => other?.kind === 'model') as ReadDocument[];
  if (document.kind === 'scenario') return linkScenario(document, models, sources);
  const jobs = jobsOf(document, models, { sources });
  return { document, jobs, files: [...files, ...jobs.flatMap((job) => job.files)], missing };
}

/** The jobs of a scenario file: those of the file that it names, read with its answers. */
function linkScenario(
  document: ReadDocument,
  models: readonly ReadDocument[],
  sources: readonly SourceText[],
): Linked {
  const named = namedJob(document, plainPath);
  const source = sources.find(({ file }) => named?.isAt(file));
  const workspace = { sources, pathOf: plainPath };
  const base = source && effectiveDocument(source, workspace);
  const around = base?.document && base.document.kind !== 'model' ? [...models, base.document] : models;
  const readWith = (_file: string, answers: Answers): ReadDocument | null =>
    source ? effectiveDocument({ ...source, answers }, workspace).document : null;
  const jobs = jobsOf(document, around, { sources, read: readWith });
  const fromHere = (base?.missing ?? []).map((path) => named!.besideJob(path));
  return {
    document,
    jobs,
    files: [...(source ? [source.file] : []), ...(base?.files ?? []), ...jobs.flatMap((job) => job.files)],
    missing: named && !source ? [named.path] : fromHere,
  };
}

function restore<T>(map: Map<string, T>, key: string, before: T | undefined): void {
  if (before === undefined) map.delete(key);
  else map.set(key, before);
}
