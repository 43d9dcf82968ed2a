import type { Fact } from '../../fact';
import { SGLANG_OPTIONS } from '../sglang/flags';
import { deriveAdapters } from '../shared/adapters';
import type { CommandFacts } from '../shared/command-facts';
import { flag, type OptionSpec, optionTable } from '../shared/options';
import type { RolloutEngine } from '../shared/rollout';

const SOURCE = 'THUDM/slime@1cddc5d3: slime/backends/megatron_utils/arguments.py';
const BATCH_SOURCE = 'THUDM/slime: slime/utils/arguments.py';

const OWN: readonly OptionSpec[] = [
  { flags: ['--rollout-num-gpus-per-engine'], name: 'layout.tp', type: 'integer' },
];

/**
 * slime hands SGLang's options on behind `--sglang-`, and splits an engine over its GPUs by TP
 * (THUDM/slime: slime/utils/arguments.py, slime/backends/sglang_utils/arguments.py).
 */
export const SLIME_ROLLOUT: RolloutEngine = {
  engine: 'sglang',
  prefix: '--sglang-',
  options: SGLANG_OPTIONS,
  own: optionTable(OWN),
};

/** What slime's train.py takes beside Megatron-LM's options: nodes and GPUs of the trainer, its batches, its adapters. */
export const SLIME_OPTIONS: readonly OptionSpec[] = [
  flag('size', 'cluster.nodes', '--actor-num-nodes'),
  flag('size', 'cluster.gpusPerNode', '--actor-num-gpus-per-node'),
  flag('integer', 'slime.rolloutBatchSize', '--rollout-batch-size'),
  flag('integer', 'slime.samplesPerPrompt', '--n-samples-per-prompt'),
  flag('integer', 'slime.stepsPerRollout', '--num-steps-per-rollout'),
  flag('integer', 'slime.maxPromptLength', '--rollout-max-prompt-len'),
  flag('integer', 'slime.maxResponseLength', '--rollout-max-response-len'),
  flag('switch', 'slime.useDynamicBatchSize', '--use-dynamic-batch-size'),
  flag('integer', 'slime.maxTokensPerGpu', '--max-tokens-per-gpu'),
  flag('switch', 'slime.useLora', '--use-lora'),
  flag('integer', 'slime.loraRank', '--lora-rank'),
];

/** What slime sets before Megatron-LM sees the options, whatever they say. */
export function addSlimeRules(facts: CommandFacts): void {
  if (!facts.has('slime.rolloutBatchSize') && !facts.has('slime.samplesPerPrompt')) return;
  facts.byDefault('megatron.useDistributedOptimizer', true, '--use-distributed-optimizer', SOURCE);
  if (!facts.has('megatron.fp16')) facts.byDefault('megatron.bf16', true, '--bf16', SOURCE);
  const dispatcher = '--moe-token-dispatcher-type';
  const origin = `${SOURCE}: alltoall for sequences of any length`;
  facts.byDefault('megatron.moeTokenDispatcherType', 'alltoall', dispatcher, origin);
  facts.byDefault('communication.backend', 'alltoall', dispatcher, origin);
  addGlobalBatch(facts);
  addMicrobatch(facts);
  const lora = facts.get('slime.useLora');
  // Which layers a preset names is left to the assumption: its experts share one adapter.
  if (lora?.value === true) {
    deriveAdapters(facts, { by: lora, rank: facts.get('slime.loraRank'), targets: undefined });
  }
}

/** Samples of a rollout over the optimizer steps that are taken with them. */
function addGlobalBatch(facts: CommandFacts): void {
  const steps = facts.get('slime.stepsPerRollout');
  const samples = sizeOf(facts, 'slime.rolloutBatchSize', 'slime.samplesPerPrompt');
  if (typeof steps?.value !== 'number' || steps.value < 1 || samples === undefined) return;
  const rule = `${BATCH_SOURCE}: rollout-batch-size × n-samples-per-prompt / num-steps-per-rollout`;
  facts.derive('workload.globalBatchSize', Math.floor(samples / steps.value), steps, steps.key, rule);
}

/**
 * Microbatches of up to so many tokens on each rank of context parallelism: sequences of the longest response, as many as go
 * in and divide the batch. Where the longest is not said, or goes in not once, a microbatch is one sequence.
 */
function addMicrobatch(facts: CommandFacts): void {
  const dynamic = facts.get('slime.useDynamicBatchSize');
  const tokens = facts.get('slime.maxTokensPerGpu');
  const response = facts.get('slime.maxResponseLength');
  const cp = facts.has('layout.cp') ? facts.number('layout.cp') : 1;
  const longest = lengthOf(facts, response);
  if (dynamic?.value !== true) {
    if (longest !== undefined) {
      const rule = 'longest prompt and response';
      facts.derive('workload.sequenceLength', longest, response, response!.key, rule);
    }
    return;
  }
  if (typeof tokens?.value !== 'number' || cp === undefined) return;
  const packed = tokens.value * cp;
  const rule = `${BATCH_SOURCE}: microbatches of up to max-tokens-per-gpu × CP tokens`;
  const count = longest === undefined ? 1 : sequencesOf(facts, Math.floor(packed / longest), cp);
  facts.replace('workload.microBatchSize', count, dynamic, dynamic.key, rule);
  facts.replace('workload.sequenceLength', longest ?? packed, response ?? tokens, tokens.key, rule);
}

/** How many of a microbatch's sequences divide what a data parallel rank has of the batch. */
function sequencesOf(facts: CommandFacts, most: number, cp: number): number {
  const batch = facts.number('workload.globalBatchSize');
  const split = sizeOf(facts, 'layout.tp', 'layout.pp') ?? 1;
  const world = sizeOf(facts, 'cluster.nodes', 'cluster.gpusPerNode') ?? split * cp;
  const ranks = Math.max(1, world / (split * cp));
  let count = Math.max(1, most);
  while (batch !== undefined && count > 1 && (batch / ranks) % count !== 0) count--;
  return count;
}

function lengthOf(facts: CommandFacts, response: Fact | undefined): number | undefined {
  if (typeof response?.value !== 'number' || response.value < 1) return undefined;
  return response.value + (facts.number('slime.maxPromptLength') ?? 0);
}

/** The product of sizes, where all are known. */
function sizeOf(facts: CommandFacts, ...names: readonly string[]): number | undefined {
  const sizes = names.map((name) => facts.number(name) ?? Number.NaN);
  const result = sizes.reduce((all, size) => all * size, 1);
  return Number.isNaN(result) ? undefined : result;
}
