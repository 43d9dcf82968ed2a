import { accelerator, accelerators } from '../../catalog/accelerators';
import { memoryPartNames, partsBySize } from '../../sim/memory/parts';
import type { RankMemory } from '../../sim/result';
import { place } from '../edits';
import type { Fix } from '../finding';
import type { Judgement, RuleHit, SimulatedContext, SimulatedRule } from '../rule';
import { addOption, setTo } from './common';
import { memoryRemedies } from './memory-remedies';
import { certainBytes, fullestRank, mayHoldLess } from './simulated-bytes';
import {
  gib,
  isStated,
  LAYOUT_FIELDS,
  LAYOUT_PLACES,
  laidOut,
  percent,
  placeOf,
  routingIsStated,
  underSureRouting,
} from './simulated-shared';

/** What a rank may hold: of the stated GPU, or of the largest that is known where none is stated. */
function capacityOf(context: SimulatedContext, rank: RankMemory): { bytes: number; words: string } {
  const { memoryGiB, accelerator: id } = context.scenario.cluster;
  if (isStated(context, ['cluster.accelerator', 'cluster.memoryGiB']))
    return { bytes: rank.capacity, words: `the ${gib(rank.capacity)} of ${accelerator(id).name}` };
  const largest = Object.values(accelerators).reduce((most, one) =>
    one.memoryGiB > most.memoryGiB ? one : most,
  );
  const bytes = Math.max(largest.memoryGiB, memoryGiB) * 2 ** 30;
  return { bytes, words: `the ${gib(bytes)} of ${largest.name}, the largest GPU that is known here` };
}

/** The one flag that helps for certain: optimizer state that is not sharded at all, and DP to shard it over. */
function shardingFix(context: SimulatedContext): readonly Fix[] {
  const near = placeOf(context, ['layout.ep', 'layout.tp', 'layout.pp']);
  const { framework } = context.job;
  if (!near || framework !== 'megatron-lm' || !context.absent('megatron.useDistributedOptimizer')) return [];
  return addOption(context, near, { option: '--use-distributed-optimizer' });
}

/** A fix for what was simulated and fits, where one written value or one flag is all of it. */
function fixesFor(
  context: SimulatedContext,
  changes: readonly (readonly [string, unknown])[],
): readonly Fix[] {
  const [change, ...others] = changes;
  if (!change || others.length > 0) return [];
  const [name, value] = change;
  if (name === 'workload.sharding') return shardingFix(context);
  const written = name === 'workload.microBatchSize' ? context.written(name) : undefined;
  return written ? setTo(context, written, 'the microbatch', [Number(value)]) : [];
}

/** A smaller part of a rank is not named. */
const NOTABLE_SHARE = 0.05;

/** `weights 30 GiB, optimizer state 50 GiB and activations 10 GiB`. */
function partsShown(rank: RankMemory): string {
  const [first, ...others] = partsBySize(rank).filter(({ part }) => part !== 'runtime');
  const parts = [first!, ...others.slice(0, 2).filter(({ bytes }) => bytes > NOTABLE_SHARE * rank.total)];
  const shown = parts.map(({ part, bytes }) => `${memoryPartNames[part]} ${gib(bytes)}`);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** What vLLM is told to leave alone: memory that is not there for the model. */
function reserveShown({ scenario }: SimulatedContext, rank: RankMemory): string {
  const { engine, memoryFraction, mode } = scenario.workload;
  if (mode === 'train' || engine !== 'vllm' || memoryFraction === null) return '';
  return `, and ${gib(rank.runtime)} that vLLM leaves alone (gpu_memory_utilization ${memoryFraction})`;
}

function* doesNotFit(context: SimulatedContext): Judgement {
  const near = placeOf(context, LAYOUT_PLACES);
  if (!near || context.result.memory.fits || mayHoldLess(context)) return [];
  if (!isStated(context, LAYOUT_FIELDS)) return [];
  const result = yield* underSureRouting(context);
  if (!result || result.memory.fits) return [];
  // A rank that only skew fills is another finding.
  if (routingIsStated(context)) {
    const even = yield { 'routing.distribution': 'balanced' };
    if (!even || even.memory.fits) return [];
  }
  const rank = fullestRank(result);
  const capacity = capacityOf(context, rank);
  const certain = certainBytes(context, result);
  if (certain <= capacity.bytes) return [];
  const remedies = yield* memoryRemedies(context, result);
  const excess = rank.total - capacity.bytes;
  const help =
    remedies.length > 0
      ? `It fits with ${remedies.map(({ words }) => words).join(', or with ')}.`
      : 'No single change of the microbatch, recomputation, optimizer sharding, TP, PP or EP makes it fit.';
  const hit: RuleHit = {
    ...place(near),
    message:
      `Rank ${rank.rank} of the expert group needs ${gib(rank.total)}, ${gib(excess)} ` +
      `(${percent(excess / capacity.bytes)}) more than ${capacity.words}: ${partsShown(rank)}${reserveShown(context, rank)}. ` +
      `${gib(certain)} are certain. ${help}`,
    operands: [near],
    fixes: remedies.flatMap(({ changes }) => fixesFor(context, Object.entries(changes))),
  };
  return [hit];
}

function* fitsOnlyWhenBalanced(context: SimulatedContext): Judgement {
  const near = placeOf(context, [
    'routing.sigma',
    'routing.distribution',
    'routing.exponent',
    ...LAYOUT_PLACES,
  ]);
  const { result, scenario } = context;
  if (!near || result.memory.fits || scenario.workload.mode !== 'train' || mayHoldLess(context)) return [];
  const fields = [...LAYOUT_FIELDS, 'routing.distribution', 'cluster.accelerator', 'cluster.memoryGiB'];
  if (!isStated(context, fields)) return [];
  const rank = fullestRank(result);
  if (certainBytes(context, result) <= rank.capacity) return [];
  const even = yield { 'routing.distribution': 'balanced' };
  if (!even?.memory.fits) return [];
  const remedies = yield* memoryRemedies(context, result);
  const load = result.traffic.load.perRank;
  const mean = load.reduce((sum, one) => sum + one, 0) / load.length;
  const times = (load[rank.rank]! / mean).toFixed(2);
  const help =
    remedies.length > 0 ? ` It fits with ${remedies.map(({ words }) => words).join(', or with ')}.` : '';
  return [
    {
      ...place(near),
      message:
        `Rank ${rank.rank} of the expert group gets ${times} times the mean load and needs ${gib(rank.total)} of ` +
        `${capacityOf(context, rank).words}; with even routing the fullest rank needs ${gib(fullestRank(even).total)}.${help}`,
      operands: [near],
      fixes: remedies.flatMap(({ changes }) => fixesFor(context, Object.entries(changes))),
    },
  ];
}

const MODEL = 'MoE Scope: the memory model; its notes in the panel say what each figure rests on.';

/** Rules on what a rank holds. */
export const simulatedMemoryRules: readonly SimulatedRule[] = [
  {
    code: 'GN003',
    name: 'general/does-not-fit',
    severity: 'warning',
    frameworks: laidOut,
    simulated: true,
    summary: 'The layout does not fit in GPU memory',
    why: 'The simulator adds up weights, gradients, optimizer state, activations, the KV cache of one sequence and buffers of every rank of the expert group, and the fullest one needs more than its GPU has. What is named as a remedy was simulated and fits, with all else as it is.',
    source: MODEL,
    limits:
      'Only where what is certain is already too much: weights, gradients and optimizer state whose formats are stated, and three quarters of the activations of a stated batch; CUDA, buffers and what a value assumed here decides count for nothing. Where no file and no setting names the GPU, the largest known one is the measure.',
    example: {
      language: 'bash',
      bad: '# DeepSeek-V3 in BF16 on 8 GPUs of 80 GB\nvllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --dtype bfloat16',
      good: '# 32 GPUs\nvllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 32 --enable-expert-parallel',
    },
    judge: doesNotFit,
  },
  {
    code: 'GN007',
    name: 'general/fits-only-when-balanced',
    severity: 'warning',
    frameworks: laidOut,
    simulated: true,
    summary: 'The layout fits only while the router chooses evenly',
    why: 'The activations of a MoE layer grow with the tokens that a rank gets. With the routing that is stated, the fullest rank runs out of memory, while the same job with even routing fits: it starts, and fails when the router drifts.',
    source: MODEL,
    limits:
      'Only where a scenario file, a trace or loads say how uneven the routing is, and only while training; a skew that is assumed here is no ground for it.',
    example: {
      language: 'yaml',
      bad: 'job: train.sh\ncluster:\n  accelerator: h100-sxm\nrouting:\n  sigma: 1.0',
      good: 'job: train.sh\ncluster:\n  accelerator: h200-sxm\nrouting:\n  sigma: 1.0',
    },
    judge: fitsOnlyWhenBalanced,
  },
];
