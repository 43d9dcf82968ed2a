import type { ReadDocument } from '../fact';
import type { Job } from '../job';
import { jobParts } from '../parts';
import { plainPath } from '../paths';
import type { SourceText } from '../read';
import { launchJob } from './launch';
import { modelJob } from './models';
import { type ScenarioSurroundings, scenarioJobs } from './scenario';

export { gapMessage } from './gaps';
export { referencedConfigPaths } from './models';
export { namedJob, partNames, wantedModels } from './scenario';

export interface LinkOptions {
  /** Every text at hand, for files that only another file makes part of a job. */
  readonly sources?: Iterable<SourceText>;
  /** Path of a document's file, for files that are named in another way than by path or URI. */
  readonly pathOf?: (file: string) => string;
  /** Reads a file once more with a scenario file's answers; without it, what it takes from outside stays open. */
  readonly read?: ScenarioSurroundings['read'];
}

/**
 * One job per launch command or role (prefill and decode of one recipe), one per model file of its own, and for every
 * scenario file those of the file that it names, as it has them.
 */
export function linkJobs(documents: readonly ReadDocument[], options: LinkOptions = {}): Job[] {
  return documents.flatMap((document) => jobsOf(document, documents, options));
}

/** Those of one document, which others complete. */
export function jobsOf(
  document: ReadDocument,
  documents: readonly ReadDocument[],
  { sources = [], pathOf = plainPath, read }: LinkOptions = {},
): Job[] {
  const workspace = { sources, pathOf };
  if (document.kind === 'model') return [modelJob(document, workspace)];
  if (document.kind === 'scenario') return scenarioJobs(document, { documents, workspace, read });
  const models = documents.filter(({ kind }) => kind === 'model');
  return jobParts(document).map((part) => launchJob(document, part, models, workspace));
}
