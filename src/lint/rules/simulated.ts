import { accelerator } from '../../catalog/accelerators';
import { type MemoryPart, memoryPartNames, partsBySize } from '../../sim/memory/parts';
import type { SimulationResult } from '../../sim/result';
import { fix, insertFlag, place } from '../edits';
import type { Fix } from '../finding';
import type { Rule, RuleContext } from '../rule';
import { firstWritten, source } from './common';

const GIB = 2 ** 30;
const gib = (bytes: number): string => `${(bytes / GIB).toFixed(bytes < 10 * GIB ? 1 : 0)} GiB`;

/** Fields that decide the bytes on one rank; an assumption in any of them is no ground for a finding. */
const decisive = [
  'model.hiddenSize',
  'model.layers',
  'model.routedExperts',
  'model.expertIntermediateSize',
  'layout.tp',
  'layout.pp',
  'layout.ep',
  'layout.etp',
];

/** What makes the heaviest part smaller, in the words of the framework's own options. */
function advice(result: SimulationResult, part: MemoryPart): string {
  const { workload, layout } = result.scenario;
  const spread =
    layout.ep < result.scenario.model.routedExperts ? 'a larger EP, PP or TP' : 'a larger PP or TP';
  switch (part) {
    case 'optimizer':
      return workload.sharding === 'none'
        ? 'shard the optimizer state over data parallel ranks (--use-distributed-optimizer)'
        : `spread it over more data parallel ranks, or use ${spread}`;
    case 'activations':
      return workload.recompute === 'none'
        ? 'recompute activations, or use a smaller microbatch, a larger CP or PP'
        : 'use a smaller microbatch, or a larger CP or TP';
    case 'kvCache':
      return 'lower the context length or the number of sequences at a time, or use a larger TP or DP';
    case 'weights':
    case 'gradients':
      return `use ${spread}`;
    default:
      return 'use a smaller microbatch or fewer tokens at a time';
  }
}

/** The one flag that helps for certain: optimizer state that is not sharded at all, and DP to shard it over. */
function shardingFix(context: RuleContext, result: SimulationResult, part: MemoryPart): readonly Fix[] {
  const { layout, workload } = result.scenario;
  const near = firstWritten(context, ['layout.ep', 'layout.tp', 'layout.pp']);
  if (part !== 'optimizer' || workload.sharding !== 'none' || layout.dp < 2 || !near) return [];
  if (context.job.framework !== 'megatron-lm' || !context.absent('megatron.useDistributedOptimizer'))
    return [];
  return fix('Add --use-distributed-optimizer', [
    insertFlag(near, '--use-distributed-optimizer', source(context, near)),
  ]);
}

/** Rules that rest on the simulator. */
export const simulatedRules: readonly Rule[] = [
  {
    code: 'GN003',
    name: 'general/does-not-fit',
    severity: 'warning',
    frameworks: ['megatron-lm', 'vllm'],
    simulated: true,
    summary: 'The layout does not fit in GPU memory',
    why: 'The simulator adds up weights, gradients, optimizer state, activations, the KV cache of one sequence and buffers of every rank of the expert group, and the fullest one needs more than its GPU has. The panel shows the parts.',
    source: 'MoE Scope: the memory model; its notes say what each figure rests on.',
    limits:
      'Silent when the size of the model or the layout is only an assumption. Information instead of a warning while the GPU is an assumption: name it in the settings.',
    example: {
      language: 'bash',
      bad: '# DeepSeek-V3 in BF16 on 8 GPUs of 80 GB\nvllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --dtype bfloat16',
      good: '# 32 GPUs\nvllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 32 --enable-expert-parallel',
    },
    check(context) {
      const { result, provenance } = context;
      const near = firstWritten(context, [
        'layout.ep',
        'layout.tp',
        'layout.dp',
        'layout.pp',
        'layout.expertParallelEnabled',
      ]);
      if (!result || !provenance || result.memory.fits || !near) return [];
      if (decisive.some((name) => provenance[name]?.kind === 'assumed')) return [];
      const memory = result.memory.perRank.find((rank) => rank.rank === result.memory.fullestRank);
      if (!memory || memory.total <= memory.capacity) return [];
      const assumed = provenance['cluster.accelerator']?.kind === 'assumed';
      const [first, second] = partsBySize(memory);
      if (!first || !second) return [];
      const gpu = accelerator(result.scenario.cluster.accelerator).name;
      const excess = memory.total - memory.capacity;
      const parts = [first, second].map((p) => `${memoryPartNames[p.part]} ${gib(p.bytes)}`).join(', ');
      const step = first.bytes > excess ? 'To make it fit' : 'One change alone will not make it fit; first';
      return [
        {
          ...place(near),
          message:
            `Rank ${memory.rank} of the expert group needs ${gib(memory.total)}, ${gib(excess)} ` +
            `(${Math.round((excess / memory.capacity) * 100)} %) more than the ${gib(memory.capacity)} of ` +
            `${gpu}${assumed ? ' (assumed: no file names the GPU)' : ''}. ` +
            `Most of it: ${parts}. ${step}, ${advice(result, first.part)}.`,
          operands: [near],
          fixes: shardingFix(context, result, first.part),
          ...(assumed ? { severity: 'info' as const } : {}),
        },
      ];
    },
  },
];
