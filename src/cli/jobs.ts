import { findPreset } from '../catalog/models';
import type { Job } from '../config/job';
import { presetFacts } from '../config/preset';
import type { Call } from './args';
import { tooLong } from './too-long';
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
  const jobs = analyses.flatMap((analysis) => analysis.jobs.map(({ job }) => job));
  const { own, model } = chosen(jobs, call);
  if (!own) {
    const none = `${call.paths.join(', ')}: no Mixture-of-Experts config in there.`;
    throw new UsageError(files.flatMap((file) => tooLong(workspace, file) ?? [])[0] ?? none);
  }
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
function chosen(jobs: readonly Job[], call: Call): { readonly own?: Job; readonly model?: Job } {
  const launch = call.paths.length > 1 ? jobs.find((job) => job.launch) : undefined;
  const first = launch ?? jobs[0];
  if (!first) return {};
  const own = jobOfFile(
    jobs.filter((job) => fileOf(job) === fileOf(first)),
    call.job,
  );
  const model = launch && own.model === null ? jobs.find((job) => !job.launch && job.model) : undefined;
  return { own, ...(model ? { model } : {}) };
}

const fileOf = ({ scenarioFile, launch, model }: Job): string | undefined =>
  (scenarioFile ?? launch ?? model)?.file;

/** The job that is asked for of those of one file, the first where none is. @throws UsageError where there is no such one */
function jobOfFile(jobs: readonly Job[], wanted: string | null): Job {
  const listed = jobs.map(({ role }, i) => (role === null ? `${i + 1}` : `${i + 1} (${role})`)).join(', ');
  if (wanted === null) {
    if (jobs.length > 1)
      process.stderr.write(
        `moe-scope: the file has ${jobs.length} jobs: ${listed}. This is the first; --job picks another.\n`,
      );
    return jobs[0]!;
  }
  const asked = wanted.toLowerCase();
  const found =
    jobs[Number(wanted) - 1] ??
    jobs.find(({ role }) => role !== null && [role, role.split('.').at(-1)].includes(asked));
  if (!found) throw new UsageError(`There is no job ${wanted}: the file has ${listed}.`);
  return found;
}

function factsOf(name: string) {
  const preset = findPreset(name);
  if (!preset)
    throw new UsageError(
      `There is no preset ${name}. Presets are named as on the Hub, e.g. deepseek-ai/DeepSeek-V3.`,
    );
  return presetFacts(preset);
}
