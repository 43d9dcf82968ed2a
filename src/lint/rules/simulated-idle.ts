import { count } from '../arithmetic';
import { hidesArguments } from '../command';
import type { Judgement, RuleHit, SimulatedContext, SimulatedRule } from '../rule';
import { report, size } from './common';
import { isStated, LAYOUT_PLACES, percent, placeOf } from './simulated-shared';

/** A pipeline that waits for less than this share of a step is as good as most. */
const NOTABLE_BUBBLE = 0.25;
/** Dropping less than this share of the assignments changes no loss that one could see. */
const NOTABLE_DROPS = 0.01;

/** GPUs that the file asks for and no rank of its only server takes. */
function idleGpus(context: SimulatedContext): readonly RuleHit[] {
  const { job, scenario } = context;
  const perNode = context.written('cluster.gpusPerNode');
  const near = placeOf(context, LAYOUT_PLACES);
  const nodes = size(context, 'cluster.nodes');
  if (!perNode || !near || nodes === undefined || !context.absent('layout.dpLocal')) return [];
  // Of several servers each takes its part of the machines.
  if (job.command !== null || job.role !== null || hidesArguments(context)) return [];
  if (!isStated(context, ['layout.tp', 'layout.pp', 'layout.dp', 'layout.worldSize'])) return [];
  const gpus = Number(perNode.value) * nodes;
  const ranks = scenario.layout.worldSize;
  if (!(gpus > ranks)) return [];
  return report(
    [near, perNode, context.written('cluster.nodes')],
    `${count(ranks, 'rank')} of ${count(gpus, 'GPU')}: ${gpus - ranks} stay idle. A larger TP or DP takes them, or a smaller request frees them.`,
  );
}

/** Pipeline stages that wait at the start and the end of a step: (PP − 1) of VPP · m + PP − 1 slots. */
function idleStages(context: SimulatedContext): readonly RuleHit[] {
  const { workload, layout } = context.scenario;
  const pp = context.written('layout.pp');
  if (!pp || workload.mode !== 'train' || layout.pp < 2) return [];
  const fields = ['workload.globalBatchSize', 'workload.microBatchSize', 'layout.dp', 'layout.vpp'];
  if (!isStated(context, fields)) return [];
  const microbatches = workload.globalBatchSize / (workload.microBatchSize * layout.dp);
  if (!Number.isInteger(microbatches)) return [];
  const bubble = (layout.pp - 1) / (layout.vpp * microbatches + layout.pp - 1);
  if (bubble < NOTABLE_BUBBLE) return [];
  const enough = Math.ceil(((layout.pp - 1) * (1 - NOTABLE_BUBBLE)) / NOTABLE_BUBBLE / layout.vpp) + 1;
  const interleaved = layout.vpp > 1 ? ` and VPP ${layout.vpp}` : '';
  return report(
    [pp, context.written('workload.globalBatchSize'), context.written('workload.microBatchSize')],
    `${count(microbatches, 'microbatch').replace(/chs$/, 'ches')} per step leave the ${layout.pp} stages idle for ${percent(bubble)} of it ` +
      `(PP ${layout.pp}${interleaved}): from ${enough} on it is less than ${percent(NOTABLE_BUBBLE)}.`,
  );
}

/** What experts that are full leave out. */
function dropped(context: SimulatedContext, drops: number, routing: string): readonly RuleHit[] {
  const factor = context.written('routing.capacityFactor');
  if (!factor || drops < NOTABLE_DROPS) return [];
  return report(
    [factor],
    `A capacity factor of ${factor.value} drops ${percent(drops)} of the assignments ${routing}: those tokens skip the expert.`,
  );
}

function* capacityDrops(context: SimulatedContext): Judgement {
  const { capacityFactor } = context.scenario.routing;
  const fields = ['model.routedExperts', 'model.topK', 'workload.tokensPerRank'];
  if (capacityFactor === null || !isStated(context, fields)) return [];
  if (isStated(context, ['routing.distribution'])) {
    return dropped(context, context.result.traffic.load.dropped, 'with the stated routing');
  }
  const even = yield { 'routing.distribution': 'balanced' };
  const routing = 'even when all experts are equally popular, and more when they are not';
  return dropped(context, even?.traffic.load.dropped ?? 0, routing);
}

/** Rules on ranks that wait and tokens that are left out. */
export const simulatedIdleRules: readonly SimulatedRule[] = [
  {
    code: 'GN012',
    name: 'general/idle-gpus',
    severity: 'info',
    frameworks: ['vllm', 'sglang', 'trtllm'],
    simulated: true,
    summary: 'GPUs that are asked for and not used',
    why: 'A server has one rank per GPU: TP × PP × DP. Where the file asks for more GPUs, the others are paid for and do nothing.',
    source: 'vllm-project/vllm: vllm/config/parallel.py (world_size); sgl-project/sglang: srt/server_args.py',
    limits:
      'Only where the file starts one server, says how many GPUs its machines have, and hides no option. Others may use the rest of a machine: information only. GN005 speaks when there are too few.',
    example: {
      language: 'bash',
      bad: '#SBATCH --nodes=1 --gpus-per-node=8\nvllm serve MODEL --tensor-parallel-size 4',
      good: '#SBATCH --nodes=1 --gpus-per-node=8\nvllm serve MODEL --tensor-parallel-size 4 --data-parallel-size 2',
    },
    judge: idleGpus,
  },
  {
    code: 'GN013',
    name: 'general/capacity-drops-tokens',
    severity: 'info',
    frameworks: ['megatron-lm', 'megatron-bridge', 'ms-swift', 'verl', 'deepspeed', 'maxtext', 'moe-scope'],
    simulated: true,
    summary: 'The capacity factor drops tokens',
    why: 'An expert takes capacity factor × tokens × top-k / experts rows per rank, and the rest is dropped. Also with equally popular experts chance alone fills some of them.',
    source:
      'NVIDIA/Megatron-LM@d98e8a64: megatron/core/transformer/moe/moe_utils.py (get_capacity); the share is binomial, counted per source rank',
    limits:
      'Information: dropping may be meant. From 1 % on, and only where files state factor and batch. Where nothing states the routing, the share is that of equally popular experts; a balancing that knows the whole batch drops less.',
    example: {
      language: 'bash',
      bad: '  --moe-expert-capacity-factor 1.0',
      good: '  --moe-expert-capacity-factor 1.25',
    },
    judge: capacityDrops,
  },
  {
    code: 'GN016',
    name: 'general/idle-pipeline',
    severity: 'info',
    frameworks: ['megatron-lm', 'megatron-bridge', 'ms-swift', 'verl', 'deepspeed', 'moe-scope'],
    simulated: true,
    summary: 'Too few microbatches to keep the pipeline busy',
    why: 'Every stage waits while the first microbatch comes to it and while the last one leaves: (PP − 1) of VPP · m + PP − 1 slots of a step with m microbatches.',
    source: 'Narayanan et al., arXiv 2104.04473, section 2.2: bubble fraction (p − 1) / (v · m)',
    limits:
      'From 25 % on, and only where files state the global batch, the microbatch and the sizes that DP follows from.',
    example: {
      language: 'bash',
      bad: '# DP 8\n  --pipeline-model-parallel-size 8 --micro-batch-size 1 --global-batch-size 64',
      good: '# DP 8\n  --pipeline-model-parallel-size 8 --micro-batch-size 1 --global-batch-size 512',
    },
    judge: idleStages,
  },
];
