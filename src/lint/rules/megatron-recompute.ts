import type { Fact } from '../../config/fact';
import { hidesArguments } from '../command';
import { fix } from '../edits';
import { removeOption } from '../option-edits';
import type { Rule, RuleContext } from '../rule';
import { addOption, dropOption, report, source, textOf } from './common';
import { isMegatronItself, megatronCore } from './megatron-shared';

const GRANULARITY = 'megatron.recomputeGranularity';
/** What full recomputation needs, and selective recomputation refuses. */
const METHOD = { name: 'megatron.recomputeMethod', option: '--recompute-method', value: 'uniform' } as const;
const LAYERS = {
  name: 'megatron.recomputeNumLayers',
  option: '--recompute-num-layers',
  value: '1',
} as const;
const OVERLAP = 'megatron.overlapMoeExpertParallelComm';

/** Modules that may not be recomputed with delayed scaling of FP8. */
const NOT_DELAYED: readonly string[] = ['moe_act', 'layernorm'];
/** What is moved to the host inside a MoE layer. */
const INSIDE_MOE: readonly string[] = ['moe_act', 'expert_fc1', 'fused_group_mlp'];

const words = (fact: Fact | undefined): readonly string[] => (textOf(fact) ?? '').split(/[\s,]+/);

/** Whether the arguments themselves are checked, and have no default: Megatron-LM's and ms-swift's. */
const checksArguments = (context: RuleContext): boolean =>
  isMegatronItself(context) || context.job.framework === 'ms-swift';

/** Options that are certainly not given. */
function missing(context: RuleContext) {
  if (hidesArguments(context) || !checksArguments(context)) return [];
  return [METHOD, LAYERS].filter(({ name }) => context.absent(name));
}

/** Rules on recomputing and moving out activations. */
export const megatronRecomputeRules: readonly Rule[] = [
  {
    code: 'MG043',
    name: 'megatron/recompute-granularity-options',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The options of recomputation do not go together',
    why: 'Full recomputation works on whole layers and needs to know which: --recompute-method (uniform or block) and --recompute-num-layers. Selective recomputation works on modules and takes neither. Megatron-LM raises otherwise.',
    source:
      'NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py (__post_init__); modelscope/ms-swift@006938be: swift/megatron/arguments/megatron_args.py (selective with a method); Megatron-LM megatron/training/arguments.py (validate_args, the same)',
    limits:
      'Silent on what is missing where a part of the command cannot be followed, in Megatron-Bridge and verl (the recipe or the trainer may say it), and with --overlap-moe-expert-parallel-comm, which recomputes whole model chunks.',
    example: {
      language: 'bash',
      bad: '  --recompute-granularity full',
      good: '  --recompute-granularity full --recompute-method uniform --recompute-num-layers 1',
    },
    check(context) {
      const kind = context.written(GRANULARITY);
      if (kind?.value === 'selective') {
        const refused = checksArguments(context) ? [METHOD, LAYERS] : [LAYERS];
        const given = refused.flatMap(({ name }) => context.written(name) ?? []);
        const [first] = given;
        if (!first) return [];
        return report(
          [first, kind],
          `Selective recomputation takes no ${given.map(({ key }) => key).join(' and no ')}: remove ${given.length > 1 ? 'them' : 'it'}, or recompute full layers.`,
          {
            fixes: fix(
              `Remove ${given.map(({ key }) => key).join(' and ')}`,
              given.map((fact) => removeOption(fact, source(context, fact))),
            ),
          },
        );
      }
      if (kind?.value !== 'full' || !context.absent(OVERLAP)) return [];
      const open = missing(context);
      if (open.length === 0) return [];
      return report(
        [kind],
        `Full recomputation needs ${open.map(({ option }) => option).join(' and ')}: Megatron stops here.`,
        { fixes: addOption(context, kind, open) },
      );
    },
  },
  {
    code: 'MG044',
    name: 'megatron/recompute-with-delayed-scaling',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'Delayed scaling of FP8 does not recompute this module',
    why: 'With delayed scaling the scales come from the history of a tensor, which a second forward pass of moe_act or layernorm would spoil. Megatron-LM raises; it is the default recipe of --fp8-format.',
    source: 'NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py (__post_init__)',
    limits: 'Only where the command states the recipe and selective recomputation.',
    example: {
      language: 'bash',
      bad: '  --fp8-format hybrid --fp8-recipe delayed --recompute-granularity selective --recompute-modules moe_act',
      good: '  --fp8-format hybrid --fp8-recipe blockwise --recompute-granularity selective --recompute-modules moe_act',
    },
    check(context) {
      const format = context.written('megatron.fp8Format');
      const recipe = context.written('megatron.fp8Recipe');
      const modules = context.written('megatron.recomputeModules');
      const kind = context.written(GRANULARITY);
      const bad = words(modules).filter((word) => NOT_DELAYED.includes(word));
      if (!format || recipe?.value !== 'delayed' || !modules || kind?.value !== 'selective') return [];
      if (bad.length === 0) return [];
      return report(
        [modules, recipe, format],
        `Delayed scaling of FP8 does not work with recomputed ${bad.join(' and ')}: take ${bad.length > 1 ? 'them' : 'it'} out, or use another --fp8-recipe.`,
      );
    },
  },
  {
    code: 'MG045',
    name: 'megatron/recomputed-moe-layer-offloaded',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'Activations inside a recomputed MoE layer cannot be offloaded',
    why: 'With moe in --recompute-modules nothing inside the MoE layer is kept, so that there is nothing of it to move to the host. Megatron-LM asserts that --offload-modules names none of it.',
    source: 'NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py (__post_init__)',
    example: {
      language: 'bash',
      bad: '  --recompute-granularity selective --recompute-modules moe --offload-modules expert_fc1',
      good: '  --recompute-granularity selective --recompute-modules layernorm --offload-modules expert_fc1',
    },
    check(context) {
      const offload = context.written('megatron.offloadModules');
      const modules = context.written('megatron.recomputeModules');
      const both = words(offload).filter((word) => INSIDE_MOE.includes(word));
      if (!offload || !modules || both.length === 0 || !words(modules).includes('moe')) return [];
      if (context.written(GRANULARITY)?.value !== 'selective') return [];
      return report(
        [offload, modules],
        `${both.join(' and ')} cannot be offloaded while the whole MoE layer is recomputed: drop ${both.length > 1 ? 'them' : 'it'}, or moe from ${modules.key}.`,
        { fixes: both.length === words(offload).length ? dropOption(context, offload) : [] },
      );
    },
  },
  {
    code: 'MG052',
    name: 'megatron/modules-that-need-others',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'A module of recomputation or offloading needs another',
    why: 'mla_up_proj is a part of multi-latent attention. The input of attn_proj is the output of core_attn, so it is moved to the host only together with that. Megatron-LM raises otherwise.',
    source: 'NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py (__post_init__)',
    limits:
      'Looks at mla_up_proj only where Megatron-LM itself is started, whose command shows the attention.',
    example: {
      language: 'bash',
      bad: '  --fine-grained-activation-offloading --offload-modules attn_proj',
      good: '  --fine-grained-activation-offloading --offload-modules core_attn attn_proj',
    },
    check(context) {
      const recomputed = context.written('megatron.recomputeModules');
      const isPlain =
        isMegatronItself(context) &&
        !hidesArguments(context) &&
        context.absent('megatron.multiLatentAttention') &&
        context.absent('model.mla.kvLoraRank');
      const moved = context.written('megatron.offloadModules');
      return [
        ...(isPlain && words(recomputed).includes('mla_up_proj')
          ? report(
              [recomputed],
              'mla_up_proj is recomputed, but there is no --multi-latent-attention: leave it out.',
            )
          : []),
        ...(words(moved).includes('attn_proj') && !words(moved).includes('core_attn')
          ? report([moved], `attn_proj in ${moved?.key} needs core_attn beside it: add core_attn.`)
          : []),
      ];
    },
  },
];
