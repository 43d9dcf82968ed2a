import type { ReadDocument, TextRange } from '../config/fact';
import { FILE_LINKS } from '../config/frameworks/file-links';
import type { Job } from '../config/job';
import { isPath } from '../config/link/linked-files';
import { findSource, type Workspace } from '../config/link/workspace';
import { literalPlace } from '../lint/edits';
import { scenarioKey } from '../scenario/scenario-keys';

/** A stretch of a file that names another file, or a model of the catalog. */
export interface FileLink {
  readonly range: TextRange;
  /** The file as it was given, or the model's id on the Hub. */
  readonly target: { readonly file: string } | { readonly model: string };
}

/** What a file names and where that is: its models, its further files, and what a scenario file is about. */
export function fileLinks(document: ReadDocument, jobs: readonly Job[], workspace: Workspace): FileLink[] {
  const all = [
    ...jobs.flatMap((job) => modelLinks(document, job)),
    ...jobs.flatMap((job) => optionLinks(document, job, workspace)),
    ...scenarioLinks(document, jobs, workspace),
  ];
  return [...new Map(all.map((link) => [`${link.range.start} ${link.range.end}`, link])).values()];
}

function modelLinks(document: ReadDocument, { launch, reference, model, preset }: Job): FileLink[] {
  if (launch?.file !== document.file || !reference) return [];
  return targetOf(model?.file, preset).map((target) => ({ range: reference.range, target }));
}

const targetOf = (file: string | undefined, preset: string | null): FileLink['target'][] => {
  if (file !== undefined) return [{ file }];
  return preset === null ? [] : [{ model: preset }];
};

/** Links on the paths that `FILE_LINKS` knows: where one is used, and where the variable that holds it is assigned. */
function optionLinks(document: ReadDocument, { framework, facts }: Job, workspace: Workspace): FileLink[] {
  const names = FILE_LINKS.filter((link) => link.framework === framework).map(({ fact }) => fact);
  return facts.flatMap((fact) => {
    if (!names.includes(fact.name) || typeof fact.value !== 'string' || !isPath(fact.value)) return [];
    const file = findSource(fact.value, fact.file, workspace)?.file;
    if (file === undefined) return [];
    return [fact, literalPlace(fact)]
      .filter((place) => place.file === document.file)
      .map(({ range }) => ({ range, target: { file } }));
  });
}

function scenarioLinks(
  { file, scenario }: ReadDocument,
  jobs: readonly Job[],
  workspace: Workspace,
): FileLink[] {
  const [job] = jobs;
  return (scenario?.entries ?? []).flatMap(({ path, shape, range, text }) => {
    const kind = shape === 'scalar' ? scenarioKey(path)?.kind : undefined;
    const targets = () => {
      if (kind === 'model') return targetOf(job?.model?.file, job?.preset ?? null);
      const named =
        path === 'job' ? (job?.launch ?? job?.model)?.file : findSource(text, file, workspace)?.file;
      return kind === 'file' ? targetOf(named, null) : [];
    };
    return targets().map((target) => ({ range, target }));
  });
}
