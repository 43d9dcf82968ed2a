import { findPreset } from '../catalog/models';
import type { Job } from '../config/job';
import { presetFacts } from '../config/preset';
import type { FileAnalysis } from '../worker/analysis';
import type { Call } from './args';
import { UsageError } from './usage';
import { load, type Workspace } from './workspace';

/** The job that `simulate` and `whatif` are about: of the first file, with the preset's facts after its own. */
export function jobOf(call: Call, workspace: Workspace): Job {
  const facts = call.preset ? factsOf(call.preset) : [];
  if (call.paths.length === 0) {
    if (!call.preset) throw new UsageError('Name a config file, or a model with --preset.');
    return {
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
  }
  const files = call.paths.map((path) => load(workspace, path));
  const analyses = files.map((file) => workspace.engine.analyse(file, {}, call.disabled));
  const job = analyses.length > 1 ? linked(analyses) : analyses[0]?.jobs[0]?.job;
  if (!job) throw new UsageError(`${call.paths.join(', ')}: no Mixture-of-Experts config in there.`);
  return { ...job, facts: [...job.facts, ...facts] };
}

/** With several files, the launch script's job comes first: the others describe its model. */
function linked(analyses: readonly FileAnalysis[]): Job | undefined {
  const jobs = analyses.flatMap((analysis) => analysis.jobs.map(({ job }) => job));
  const launch = jobs.find((job) => job.launch);
  const model = jobs.find((job) => !job.launch && job.model);
  if (!launch || launch.model || !model) return launch ?? jobs[0];
  return { ...launch, model: model.model, facts: [...launch.facts, ...model.facts] };
}

function factsOf(name: string) {
  const preset = findPreset(name);
  if (!preset)
    throw new UsageError(
      `There is no preset ${name}. Presets are named as on the Hub, e.g. deepseek-ai/DeepSeek-V3.`,
    );
  return presetFacts(preset);
}
