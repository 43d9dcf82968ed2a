import type { Fact } from '../../config/fact';
import { fix } from '../edits';
import type { Fix } from '../finding';
import { removeOption } from '../option-edits';
import type { Rule, RuleContext } from '../rule';
import { addOption, dropOption, report, setTo, size, source, textOf } from './common';
import { at, hidesArguments, megatron, megatronCore } from './megatron-shared';

const overlapName = 'megatron.overlapMoeExpertParallelComm';

/** Modules of `--recompute-modules`. */
function recomputed(context: RuleContext): readonly string[] {
  return (textOf(context.written('megatron.recomputeModules')) ?? '').split(/\s+/);
}

/** What keeps the batch-level overlap from working; each names the option and what it would have to be. */
function obstacles(context: RuleContext): readonly string[] {
  const dispatcher = 'megatron.moeTokenDispatcherType';
  const isVirtual = [
    'layout.vpp',
    'megatron.numLayersPerVirtualPipelineStage',
    'megatron.pipelineModelParallelLayout',
  ].some((name) => !context.absent(name));
  const sure = !hidesArguments(context);
  const pp = size(context, 'layout.pp') ?? 1;
  const failing: readonly (readonly [boolean, string])[] = [
    [context.number('layout.ep') === 1 && (sure || !context.absent('layout.ep')), 'EP is 1'],
    [pp > 1 && !isVirtual && sure, `PP is ${pp} without a virtual pipeline`],
    [
      context.fact(dispatcher)?.value === 'allgather' && (sure || !context.absent(dispatcher)),
      'the dispatcher is allgather',
    ],
    [
      ['megatron.recomputeMethod', 'megatron.recomputeNumLayers'].some((name) => context.written(name)),
      'it recomputes whole model chunks, so that neither --recompute-method nor --recompute-num-layers may be given',
    ],
    [recomputed(context).includes('moe'), '--recompute-modules names moe'],
    [context.written('megatron.sharedExpertOverlap') !== undefined, '--moe-shared-expert-overlap is given'],
    [(context.number('model.mtpLayers') ?? 0) > 1, 'there is more than one MTP layer'],
  ];
  return failing.flatMap(([fails, what]) => (fails ? [what] : []));
}

/** Without the overlap, what needs it goes too. */
function dropOverlap(context: RuleContext, overlap: Fact): readonly Fix[] {
  const delay = context.written('megatron.delayWgradCompute');
  if (!delay) return dropOption(context, overlap);
  const edits = [overlap, delay].map((fact) => removeOption(fact, source(context, fact)));
  return fix(`Remove ${overlap.key} and ${delay.key}`, edits);
}

/** Rules on overlap, recomputation and rank order. */
export const megatronOverlapRules: readonly Rule[] = [
  {
    code: 'MG008',
    name: 'megatron/rank-order-with-pipeline',
    severity: 'error',
    frameworks: megatron,
    summary: 'This rank order needs equal data parallel grids',
    why: '--use-tp-pp-dp-mapping places pipeline stages next to each other. With more than one stage Megatron-LM then asserts that dense and expert data parallel sizes are equal.',
    source: at('PS:898; megatron/training/initialize.py:395'),
    example: {
      language: 'bash',
      bad: '  --use-tp-pp-dp-mapping --pipeline-model-parallel-size 2 --expert-model-parallel-size 8',
      good: '  --pipeline-model-parallel-size 2 --expert-model-parallel-size 8',
    },
    check(context) {
      const order = context.written('layout.order');
      const [dp, edp] = [context.number('layout.dp'), context.number('layout.edp')];
      const pp = context.number('layout.pp') ?? 1;
      if (order?.key !== '--use-tp-pp-dp-mapping' || pp < 2) return [];
      if (dp === undefined || edp === undefined || dp === edp) return [];
      return report(
        [order, context.written('layout.pp'), context.written('cluster.nodes')],
        `${order.key} with PP ${pp} needs DP and EDP to be equal; they are ${dp} and ${edp}.`,
        { fixes: dropOption(context, order, true) },
      );
    },
  },
  {
    code: 'MG022',
    name: 'megatron/ncclep-needs-flex',
    severity: 'error',
    frameworks: megatron,
    summary: 'NCCL EP needs the flex dispatcher',
    why: 'ncclep is a backend of the flex dispatcher. Megatron-LM raises with another dispatcher.',
    source: at('TC:1763'),
    limits: 'Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --moe-token-dispatcher-type alltoall --moe-flex-dispatcher-backend ncclep',
      good: '  --moe-token-dispatcher-type flex --moe-flex-dispatcher-backend ncclep',
    },
    check(context) {
      const backend = context.written('megatron.moeFlexDispatcherBackend');
      const name = 'megatron.moeTokenDispatcherType';
      const type = context.written(name);
      if (backend?.value !== 'ncclep' || context.unresolved(name) || type?.value === 'flex') return [];
      if (!type && hidesArguments(context)) return [];
      return report(
        [backend, type],
        `The ncclep backend needs --moe-token-dispatcher-type flex; it is ${textOf(type) ?? 'allgather, the default'}.`,
        {
          fixes: type
            ? setTo(context, type, 'the dispatcher', ['flex'])
            : addOption(context, backend, { option: '--moe-token-dispatcher-type', value: 'flex' }),
        },
      );
    },
  },
  {
    code: 'MG029',
    name: 'megatron/moe-act-needs-grouped-gemm',
    severity: 'error',
    frameworks: megatron,
    summary: 'Recomputing moe_act needs the grouped GEMM',
    why: 'The activation function of the experts can only be recomputed where all experts of a rank run as one grouped GEMM. Megatron-LM raises without --moe-grouped-gemm.',
    source: at('TC:1964'),
    limits: 'Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --recompute-granularity selective --recompute-modules moe_act',
      good: '  --recompute-granularity selective --recompute-modules moe_act --moe-grouped-gemm',
    },
    check(context) {
      const modules = context.written('megatron.recomputeModules');
      if (!modules || !recomputed(context).includes('moe_act')) return [];
      if (!context.absent('megatron.moeGroupedGemm') || hidesArguments(context)) return [];
      return report([modules], 'Recomputing moe_act needs --moe-grouped-gemm.', {
        fixes: addOption(context, modules, { option: '--moe-grouped-gemm' }, true),
      });
    },
  },
  {
    code: 'MG030',
    name: 'megatron/shared-experts-recomputed-and-overlapped',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'Shared experts cannot be recomputed and overlapped',
    why: 'The overlap of the shared expert with the all-to-all keeps what recomputation throws away. Megatron-LM raises when both are asked for.',
    source: at('TC:1991'),
    example: {
      language: 'bash',
      bad: '  --recompute-modules shared_experts --moe-shared-expert-overlap',
      good: '  --recompute-modules layernorm --moe-shared-expert-overlap',
    },
    check(context) {
      const modules = context.written('megatron.recomputeModules');
      const overlap = context.written('megatron.sharedExpertOverlap');
      if (!modules || !overlap || !recomputed(context).includes('shared_experts')) return [];
      return report(
        [overlap, modules],
        `${overlap.key} does not work with recomputed shared_experts: drop one of them.`,
        { fixes: dropOption(context, overlap) },
      );
    },
  },
  {
    code: 'MG031',
    name: 'megatron/ep-overlap-preconditions',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The all-to-all cannot be overlapped in this layout',
    why: '--overlap-moe-expert-parallel-comm runs the all-to-all of one microbatch behind the compute of another. Megatron-LM asserts what that needs: EP above 1, a virtual pipeline where PP is above 1, the alltoall or flex dispatcher, no --recompute-method or --recompute-num-layers, no recomputed MoE layer, no shared expert overlap and at most one MTP layer.',
    source: `${at('TC:3002-3046')}; NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py (full recomputation)`,
    limits:
      'Silent on full recomputation by itself: newer versions recompute whole model chunks with the overlap, older ones refuse it.',
    example: {
      language: 'bash',
      bad: '  --overlap-moe-expert-parallel-comm --pipeline-model-parallel-size 4',
      good: '  --overlap-moe-expert-parallel-comm --pipeline-model-parallel-size 4 --num-virtual-stages-per-pipeline-rank 2',
    },
    check(context) {
      const overlap = context.written(overlapName);
      const failing = overlap ? obstacles(context) : [];
      if (!overlap || failing.length === 0) return [];
      return report([overlap], `${overlap.key} does not work here: ${failing.join('; ')}.`, {
        fixes: dropOverlap(context, overlap),
      });
    },
  },
  {
    code: 'MG032',
    name: 'megatron/delayed-wgrad-needs-overlap',
    severity: 'error',
    frameworks: megatron,
    summary: 'Delayed weight gradients need the all-to-all overlap',
    why: '--delay-wgrad-compute moves weight gradients behind the overlapped all-to-all. Megatron-LM asserts that the overlap is on.',
    source: at('TC:3074'),
    limits: 'Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --delay-wgrad-compute',
      good: '  --overlap-moe-expert-parallel-comm --delay-wgrad-compute',
    },
    check(context) {
      const delay = context.written('megatron.delayWgradCompute');
      if (!delay || !context.absent(overlapName) || hidesArguments(context)) return [];
      return report([delay], `${delay.key} needs --overlap-moe-expert-parallel-comm.`, {
        fixes: addOption(context, delay, { option: '--overlap-moe-expert-parallel-comm' }),
      });
    },
  },
  {
    code: 'MG036',
    name: 'megatron/cuda-device-max-connections',
    severity: 'warning',
    frameworks: megatron,
    summary: 'CUDA_DEVICE_MAX_CONNECTIONS must be 1 before Blackwell',
    why: 'With TP or CP above 1 Megatron-LM asserts CUDA_DEVICE_MAX_CONNECTIONS=1 on GPUs before Blackwell: communication has to be queued in order.',
    source: at('AR:1450-1475'),
    limits:
      'Only where the script sets another value. Silent on Blackwell, with FSDP, and with --overlap-moe-expert-parallel-comm, which asks for a larger one.',
    example: {
      language: 'bash',
      bad: 'export CUDA_DEVICE_MAX_CONNECTIONS=8',
      good: 'export CUDA_DEVICE_MAX_CONNECTIONS=1',
    },
    check(context) {
      const connections = context.written('megatron.cudaDeviceMaxConnections');
      const tp = context.number('layout.tp') ?? 1;
      const cp = context.number('layout.cp') ?? 1;
      if (!connections || connections.value === 1 || (tp <= 1 && cp <= 1)) return [];
      const exempt = [overlapName, 'megatron.useTorchFsdp2', 'megatron.useMegatronFsdp'];
      if (exempt.some((name) => !context.absent(name)) || hidesArguments(context)) return [];
      if (/^g?b\d/.test(context.scenario?.cluster.accelerator ?? '')) return [];
      return report(
        [connections, context.written(tp > 1 ? 'layout.tp' : 'layout.cp')],
        `${connections.key} is ${connections.value}: with ${tp > 1 ? `TP ${tp}` : `CP ${cp}`} it must be 1 on GPUs before Blackwell.`,
        { fixes: setTo(context, connections, connections.key, [1]) },
      );
    },
  },
];
