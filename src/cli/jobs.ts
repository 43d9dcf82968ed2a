import { findPreset } from '../catalog/models';
import type { Job } from '../config/job';
import { presetFacts } from '../config/preset';
import type { FileAnalysis } from '../worker/analysis';
import type { Call } from './args';
import { UsageError } from './usage';
import { load, type Workspace } from './workspace';

/** The job that a call is about. */
export interface GivenJob {
  readonly job: Job;
  /** A job of the same files with what the call adds to it: a model of another file, the facts of a preset. */
  readonly complete: (own: Job) => Job;
}

/** The job of the first file, with what the call adds after its own facts. */
export function givenJob(call: Call, workspace: Workspace): GivenJob {
  const facts = call.preset ? factsOf(call.preset) : [];
  if (call.paths.length === 0) {
    if (!call.preset) throw new UsageError('Name a config file, or a model with --preset.');
    const job: Job = {
      id: `preset:${call.preset}`,
      framework: 'huggingface',
      launch: null,
      command: null,
      role: null,
      model: null,
      preset: call.preset,
      reference: null,
      files: [],
      missingFiles: [],
      facts,
    };
    return { job, complete: (own) => own };
  }
  const files = call.paths.map((path) => load(workspace, path));
  const analyses = files.map((file) => workspace.engine.analyse(file, {}, call.disabled));
  const { own, model } = chosen(analyses);
  if (!own) throw new UsageError(`${call.paths.join(', ')}: no Mixture-of-Experts config in there.`);
  const added = [...(model?.facts ?? []), ...facts];
  const complete = (one: Job): Job => ({
    ...one,
    model: one.model ?? model?.model ?? null,
    facts: [...one.facts, ...added],
  });
  return { job: complete(own), complete };
}

/** The job that `simulate`, `plan` and `place` are about. */
export const jobOf = (call: Call, workspace: Workspace): Job => givenJob(call, workspace).job;

/** With several files, the launch script's job comes first: the others describe its model. */
function chosen(analyses: readonly FileAnalysis[]): { readonly own?: Job; readonly model?: Job } {
  const jobs = analyses.flatMap((analysis) => analysis.jobs.map(({ job }) => job));
  const launch = analyses.length > 1 ? jobs.find((job) => job.launch) : undefined;
  const model = launch?.model === null ? jobs.find((job) => !job.launch && job.model) : undefined;
  const own = launch ?? jobs[0];
  return { ...(own ? { own } : {}), ...(model ? { model } : {}) };
}

function factsOf(name: string) {
  const preset = findPreset(name);
  if (!preset)
    throw new UsageError(
      `There is no preset ${name}. Presets are named as on the Hub, e.g. deepseek-ai/DeepSeek-V3.`,
    );
  return presetFacts(preset);
}
