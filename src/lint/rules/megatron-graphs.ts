import { hidesArguments } from '../command';
import type { Rule, RuleContext } from '../rule';
import { report, textOf } from './common';
import { isMegatronItself, megatronCore } from './megatron-shared';

const SOURCE = 'NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py (__post_init__)';
/** Ways to capture single layers: of these the modules are chosen. */
const PER_LAYER: readonly string[] = ['local', 'transformer_engine'];

/** What is wrong with the captured modules; each says what to do. */
function conflicts(context: RuleContext, modules: readonly string[]): readonly string[] {
  const has = (name: string) => modules.includes(name);
  const isLocal = context.written('megatron.cudaGraphImpl')?.value === 'local';
  const isSure = isMegatronItself(context) && !hidesArguments(context);
  const drops =
    context.written('routing.capacityFactor') && context.written('megatron.moePadExpertInputToCapacity');
  return [
    ...(has('moe') && has('moe_router')
      ? ['moe holds moe_router already, so only one of them may be named']
      : []),
    ...(has('moe_preprocess') && !has('moe_router') && !isLocal
      ? ['moe_preprocess needs moe_router beside it']
      : []),
    ...(has('moe') && !drops && isSure
      ? [
          'moe needs --moe-expert-capacity-factor and --moe-pad-expert-input-to-capacity, so that each expert gets a fixed number of tokens; moe_router and moe_preprocess do without',
        ]
      : []),
  ];
}

/** Rules on CUDA graphs. */
export const megatronGraphRules: readonly Rule[] = [
  {
    code: 'MG046',
    name: 'megatron/cuda-graph-of-moe-modules',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'These modules of a MoE layer cannot be captured in a CUDA graph',
    why: 'A CUDA graph has fixed shapes, and without dropping and padding the number of tokens of an expert has none: the whole MoE layer is captured only with both, otherwise its router and what prepares the dispatch. Megatron-LM asserts it.',
    source: SOURCE,
    limits: 'Silent on the capacity when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --cuda-graph-impl transformer_engine --cuda-graph-modules attn moe',
      good: '  --cuda-graph-impl transformer_engine --cuda-graph-modules attn moe_router moe_preprocess',
    },
    check(context) {
      const modules = context.written('megatron.cudaGraphModules');
      const kind = context.written('megatron.cudaGraphImpl');
      if (!modules || !PER_LAYER.includes(textOf(kind) ?? '')) return [];
      const wrong = conflicts(context, (textOf(modules) ?? '').split(/[\s,]+/));
      if (wrong.length === 0) return [];
      return report([modules, kind], `${modules.key} does not work here: ${wrong.join('; ')}.`);
    },
  },
  {
    code: 'MG047',
    name: 'megatron/expert-rank-capacity-backend',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The capacity of a rank needs HybridEP or NCCL EP',
    why: '--moe-expert-rank-capacity-factor bounds the tokens that all experts of a rank receive. Only the hybridep and ncclep backends of the flex dispatcher can; Megatron-LM raises with another one, and the default is deepep.',
    source: SOURCE,
    limits:
      'Silent on a backend that is not written, unless Megatron-LM itself is started and nothing is hidden.',
    example: {
      language: 'bash',
      bad: '  --moe-flex-dispatcher-backend deepep --moe-expert-rank-capacity-factor 1.5',
      good: '  --moe-flex-dispatcher-backend hybridep --moe-expert-rank-capacity-factor 1.5',
    },
    check(context) {
      const capacity = context.written('megatron.moeExpertRankCapacityFactor');
      const name = 'megatron.moeFlexDispatcherBackend';
      const backend = context.written(name);
      if (!capacity || context.unresolved(name)) return [];
      if (!backend && (hidesArguments(context) || !isMegatronItself(context))) return [];
      if (backend?.value === 'hybridep' || backend?.value === 'ncclep') return [];
      return report(
        [capacity, backend],
        `${capacity.key} needs the hybridep or ncclep backend; it is ${textOf(backend) ?? 'deepep, the default'}.`,
      );
    },
  },
  {
    code: 'MG048',
    name: 'megatron/two-ways-to-overlap-wgrad',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'Two ways to hide the dispatch exclude each other',
    why: '--overlap-dispatch-backward-with-experts-wgrad hides the backward dispatch behind the weight gradients of the experts of the same microbatch, --overlap-moe-expert-parallel-comm behind another microbatch. Megatron-LM asserts that only one of them, and no --delay-wgrad-compute beside the first, is on.',
    source: SOURCE,
    example: {
      language: 'bash',
      bad: '  --overlap-moe-expert-parallel-comm --overlap-dispatch-backward-with-experts-wgrad',
      good: '  --overlap-moe-expert-parallel-comm --delay-wgrad-compute',
    },
    check(context) {
      const own = context.written('megatron.overlapDispatchBackwardWithExpertsWgrad');
      const other =
        context.written('megatron.overlapMoeExpertParallelComm') ??
        context.written('megatron.delayWgradCompute');
      if (!own || !other) return [];
      return report([own, other], `${own.key} does not work with ${other.key}: keep one of them.`);
    },
  },
  {
    code: 'MG051',
    name: 'megatron/cuda-graph-with-full-recompute',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'Full recomputation needs a CUDA graph of the whole iteration',
    why: 'Full recomputation runs layers again in the backward pass, around graphs that were captured for single layers. Megatron-LM asserts that such graphs capture the whole iteration, or that only modules are recomputed.',
    source: SOURCE,
    limits: 'Silent where full_iteration is among the captured modules, as older versions spell it.',
    example: {
      language: 'bash',
      bad: '  --cuda-graph-impl transformer_engine \\\n  --recompute-granularity full --recompute-method uniform --recompute-num-layers 1',
      good: '  --cuda-graph-impl transformer_engine --cuda-graph-modules attn \\\n  --recompute-granularity selective --recompute-modules moe_act',
    },
    check(context) {
      const kind = context.written('megatron.cudaGraphImpl');
      const granularity = context.written('megatron.recomputeGranularity');
      const modules = textOf(context.written('megatron.cudaGraphModules')) ?? '';
      if (!kind || !PER_LAYER.includes(textOf(kind) ?? '') || granularity?.value !== 'full') return [];
      if (modules.includes('full_iteration') || context.unresolved('megatron.cudaGraphModules')) return [];
      return report(
        [kind, granularity],
        `${kind.key} ${kind.value} does not work with full recomputation: recompute modules (selective), or capture the whole iteration (full_iteration).`,
      );
    },
  },
];
