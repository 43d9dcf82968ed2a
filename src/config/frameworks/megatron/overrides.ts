import type { Fact, ModelReference, ReadDocument, SyntaxProblem } from '../../fact';
import type { ShellWord } from '../../syntax/shell';
import type { Framework, SourceText } from '../framework';
import { flagOf } from '../serving/option-map';
import { overridesOf } from '../shared/assigned-options';
import { CommandFacts } from '../shared/command-facts';
import { modelReference } from '../shared/model-word';
import { type OptionSpec, type OptionUse, readOptions } from '../shared/options';
import { isShellSource, scriptOf } from '../shared/shell-source';
import { slurmFacts, withHeader } from '../shared/slurm';
import { VLLM_OPTIONS } from '../vllm/flags';
import { fieldSpecs, isExpertField } from './fields';
import { addStatedRules } from './implied';

/** Where trainers keep the fields that they hand on to Megatron-Core: NeMo-RL's policy, SkyRL's. */
const SECTION = /^(?:policy\.megatron_cfg|trainer\.policy\.megatron_config)\./;
/** Sections inside it whose fields are Megatron's too. */
const INNER = /^(?:optimizer|distributed_data_parallel_config|transformer_config_kwargs|fp8_cfg)\./;
const ROLLOUT = 'policy.generation.vllm_cfg.';
const MODEL_KEYS: ReadonlySet<string> = new Set(['policy.model_name', 'trainer.policy.model.path']);

/** Keys with a meaning of their own (NVIDIA-NeMo/RL: examples/configs/grpo_math_1B.yaml). */
const OWN: Readonly<Record<string, OptionSpec>> = {
  'cluster.num_nodes': { flags: [], name: 'cluster.nodes', type: 'integer' },
  'cluster.gpus_per_node': { flags: [], name: 'cluster.gpusPerNode', type: 'integer' },
  'policy.train_global_batch_size': { flags: [], name: 'workload.globalBatchSize', type: 'integer' },
  'policy.train_micro_batch_size': { flags: [], name: 'workload.microBatchSize', type: 'integer' },
  'policy.max_total_sequence_length': { flags: [], name: 'workload.sequenceLength', type: 'integer' },
};

const fieldOf = (key: string): string => key.replace(SECTION, '').replace(INNER, '');

function specsOf(use: OptionUse): readonly OptionSpec[] {
  const own = OWN[use.flag];
  if (own !== undefined) return [own];
  if (use.flag.startsWith(ROLLOUT)) return VLLM_OPTIONS.get(flagOf(use.flag.slice(ROLLOUT.length))) ?? [];
  return SECTION.test(use.flag) ? fieldSpecs(fieldOf(use.flag), use) : [];
}

/** What one command hands on; the recipe behind it says the rest. */
function readCommand(file: string, uses: readonly OptionUse[], command: number | undefined) {
  const mark = uses.find(({ flag }) => SECTION.test(flag))!.flagRange;
  const stated = readOptions({ file, command }, uses.filter(isOwn), specsOf);
  const sampled = uses.filter((use) => !isOwn(use));
  const rollout = readOptions({ file, command }, sampled, specsOf);
  const tag = command === undefined ? {} : { command };
  const facts = new CommandFacts(stated.facts, { file, range: mark, keyRange: mark, ...tag });
  addStatedRules(facts);
  const word = uses.find(({ flag }) => MODEL_KEYS.has(flag))?.values[0];
  return {
    facts: [...facts.facts, ...rollout.facts.map((fact) => ({ ...fact, role: 'rollout' }))],
    problems: [...stated.problems, ...rollout.problems],
    models: modelReference(word, { command }).map((it) => ({ ...it, describesModel: true as const })),
  };
}

const isOwn = ({ flag }: OptionUse): boolean => !flag.startsWith(ROLLOUT);

const hasExperts = (words: readonly ShellWord[]): boolean =>
  overridesOf(words).some(({ flag }) => SECTION.test(flag) && isExpertField(fieldOf(flag)));

function read(source: SourceText): ReadDocument | null {
  if (!isShellSource(source)) return null;
  const script = scriptOf(source);
  const commands = script.commands.map(({ words }) => words).filter(hasExperts);
  // The command may stand in a variable that only a batch script uses.
  const kept = script.fragments.map(({ words }) => words).filter(hasExperts);
  const launches = commands.length > 0 ? commands : kept.slice(0, 1);
  if (launches.length === 0) return null;
  const slurm = slurmFacts(source.file, source.text);
  const facts: Fact[] = [];
  const problems: SyntaxProblem[] = [...script.problems];
  const models: ModelReference[] = [];
  launches.forEach((words, index) => {
    const command = launches.length > 1 ? index : undefined;
    const part = readCommand(source.file, overridesOf(words), command);
    facts.push(...withHeader(part.facts, slurm));
    problems.push(...part.problems);
    models.push(...part.models);
  });
  const title = 'Megatron-Core overrides';
  return {
    file: source.file,
    framework: 'megatron-lm',
    title,
    kind: 'launch',
    partial: true,
    facts,
    problems,
    models,
  };
}

export const megatronOverrides: Framework = {
  id: 'megatron-lm',
  mightBe: (text) => /\bmegatron_(cfg|config)\.(expert_|moe_|num_moe_)/.test(text),
  read,
};
