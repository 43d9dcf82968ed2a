import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Answers } from '../../../src/config/answers';
import type { ReadDocument } from '../../../src/config/fact';
import type { Job } from '../../../src/config/job';
import { LineIndex } from '../../../src/config/lines';
import { linkJobs } from '../../../src/config/link';
import { namedArtefacts } from '../../../src/config/link/artefacts';
import { read } from '../../../src/config/read';
import type { Finding, Severity } from '../../../src/lint/finding';
import { lintDocument, lintJob, mergeFindings } from '../../../src/lint/lint';
import { onScenarioFile } from '../../../src/lint/scenario-job';
import type { ArtefactFault } from '../../../src/scenario/artefact-files';
import { runToEnd } from '../../../src/sim/simulate';
import { ArtefactStore } from '../../../src/worker/artefact-store';
import { Engine } from '../../../src/worker/engine';
import { resolveJob } from '../../../src/worker/resolve-job';

/** One finding that a fixture asks for: `# want^2 MG002 warning "part of the message" fix="title"`. */
export interface Want {
  /** Counted from 1. */
  readonly line: number;
  readonly code: string;
  readonly severity: Severity | null;
  readonly message: string;
  readonly fix: string | null;
}

/** Files that are read together, by name. */
export type Workspace = Readonly<Record<string, string>>;

const wantPattern = /want(?:\^(\d+))? ([A-Z]{2}\d{3})(?: (error|warning|info))? "(.*?)"(?: fix="(.*)")?\s*$/;
const sidecarPattern = /^(\d+) (.*)$/;

/** Every fixture: a file on its own, or a folder whose files belong together. */
export function workspaces(root: string): readonly (readonly [string, Workspace])[] {
  return readdirSync(root)
    .filter((framework) => statSync(join(root, framework)).isDirectory())
    .flatMap((framework) =>
      readdirSync(join(root, framework)).map((name) => {
        const path = join(root, framework, name);
        const files = statSync(path).isDirectory() ? below(path) : [path];
        const entries = files.map((file) => [relative(root, file), readFileSync(file, 'utf8')] as const);
        return [`${framework}/${name}`, Object.fromEntries(entries)] as const;
      }),
    );
}

function below(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? below(path) : [path];
  });
}

/** The findings that a fixture's markers ask for, by file. A marker is about the nearest line above that is none. */
export function wants(workspace: Workspace): Readonly<Record<string, readonly Want[]>> {
  const found: Record<string, Want[]> = {};
  for (const [file, text] of Object.entries(workspace)) {
    const target = file.endsWith('.want') ? file.slice(0, -'.want'.length) : file;
    const list: Want[] = found[target] ?? [];
    found[target] = list;
    let subject = 0;
    text.split('\n').forEach((line, index) => {
      const sidecar = target === file ? null : sidecarPattern.exec(line);
      const marker = wantPattern.exec(sidecar ? `want ${sidecar[2]}` : line);
      const isMarker = marker && (sidecar || /^\s*# want/.test(line));
      if (!isMarker) {
        if (/^\s*\d* ?want|# want/.test(line)) throw new Error(`${file}: cannot read "${line}"`);
        subject = index + 1;
        return;
      }
      list.push({
        line: sidecar ? Number(sidecar[1]) : subject - Number(marker[1] ?? 0),
        code: marker[2]!,
        severity: (marker[3] as Severity | undefined) ?? null,
        message: marker[4]!,
        fix: marker[5] ?? null,
      });
    });
  }
  return found;
}

/** The rules that a fixture says must stay silent (`# not MG002`). */
export function silent(workspace: Workspace): readonly string[] {
  return Object.values(workspace).flatMap((text) =>
    [...text.matchAll(/^\s*(?:# )?not ([A-Z]{2}\d{3})/gm)].map((m) => m[1]!),
  );
}

/** What the linter says about a workspace; a rule that throws fails the test. */
export function lintWorkspace(workspace: Workspace, documents = readAll(workspace)): readonly Finding[] {
  const options = {
    text: (file: string) => workspace[file],
    onRuleError: (code: string, error: unknown) => {
      throw new Error(`${code} threw`, { cause: error });
    },
  };
  const jobs = linkJobs(documents, { read: (file, answers) => readWith(workspace, file, answers) });
  const ofDocuments = documents.flatMap((document) => lintDocument(document, options));
  const lint = (job: Job) => lintJob(job, { ...options, artefacts: faultsOf(job, workspace) });
  const plain = jobs.filter((job) => !job.scenarioFile).flatMap(lint);
  const ofScenarios = jobs
    .filter((job) => job.scenarioFile)
    .flatMap((job) => onScenarioFile(job, lint(job), plain, options));
  return mergeFindings([...ofDocuments, ...plain, ...ofScenarios]);
}

/** What the rules on figures say about a workspace, in the way of editor and command line. */
export function lintFiguresOf(workspace: Workspace): readonly Finding[] {
  const engine = new Engine();
  const files = Object.keys(workspace).filter((file) => !file.endsWith('.want'));
  for (const file of files) engine.setDocument(file, workspace[file]!);
  const request = { overrides: {}, engine: 'expected', disabled: [], matrices: false } as const;
  const settings = settingsOf(workspace);
  const judged = files
    .flatMap((file) => engine.analyse(file, settings, []).jobs)
    .filter(({ scenario }) => scenario !== null)
    .map(({ job }) => runToEnd(engine.simulate(job, { ...request, settings })));
  for (const { failures } of judged) if (failures[0]) throw new Error(failures[0].message);
  return mergeFindings(judged.flatMap(({ findings }) => findings));
}

/** The user's settings that a fixture stands for: `# setting cluster.accelerator=h100-sxm`. */
function settingsOf(workspace: Workspace): Readonly<Record<string, string>> {
  const texts = Object.values(workspace);
  return Object.fromEntries(
    texts.flatMap((text) => [...text.matchAll(/^# setting (\S+)=(\S+)$/gm)].map((m) => [m[1]!, m[2]!])),
  );
}

/** What is wrong with the files of numbers that a job names. */
function faultsOf(job: Job, workspace: Workspace): readonly ArtefactFault[] {
  const store = new ArtefactStore();
  const named = namedArtefacts(job, (file) => workspace[file]);
  for (const { from, path } of store.needs(named)) {
    const file = join(dirname(from), path);
    const text = workspace[file];
    store.locate(from, path, text === undefined ? null : file);
    if (text !== undefined) runToEnd(store.read(file, '', { chunks: [text], size: text.length }));
  }
  return resolveJob(job, store.outcomes(named), { settings: {}, overrides: {} }).faults;
}

function readWith(workspace: Workspace, file: string, answers: Answers): ReadDocument | null {
  const text = workspace[file];
  return text === undefined ? null : read({ file, text, answers });
}

export function readAll(workspace: Workspace): readonly ReadDocument[] {
  return Object.entries(workspace).flatMap(([file, text]) => {
    if (file.endsWith('.want')) return [];
    const document = read({ file, text });
    return document ? [document] : [];
  });
}

/** Line of a finding, counted from 1. */
export function lineOf(finding: Finding, workspace: Workspace): number {
  return new LineIndex(workspace[finding.file] ?? '').at(finding.range.start).line + 1;
}

/** Folder of the corpus of real files; `null` where it is not available. */
export function corpusFolder(): string | null {
  const folder = join(process.cwd(), '..', 'shared', 'corpus');
  return existsSync(folder) ? folder : null;
}
