import type { Fact } from '../../config/fact';
import { hidesArguments } from '../command';
import type { Rule, RuleContext } from '../rule';
import { dropOption, report, textOf } from './common';
import { isMegatronItself, megatron, megatronCore } from './megatron-shared';

const SOURCE = 'NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py (__post_init__)';
const GRANULARITY = 'megatron.recomputeGranularity';
/** Activations that the paged stash keeps itself. */
const STASHED: readonly string[] = ['moe_act', 'expert_fc1', 'fused_group_mlp'];

const isOn = (fact: Fact | undefined): fact is Fact => fact?.value === true;

/** Whether an option that is not written is certainly not given. */
const showsAll = (context: RuleContext): boolean => isMegatronItself(context) && !hidesArguments(context);

/** Rules on how the weights and the activations of experts are kept. */
export const megatronExpertRules: readonly Rule[] = [
  {
    code: 'MG055',
    name: 'megatron/paged-stash-conditions',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The paged stash without its conditions',
    why: '--moe-paged-stash keeps the activations of experts in pages that are as long as the tokens that came, not as the bound of --moe-expert-rank-capacity-factor. Without that bound there is nothing to save, and what it keeps cannot be offloaded besides. Megatron-LM asserts both.',
    source: SOURCE,
    limits:
      'Silent on the missing bound in Megatron-Bridge, verl and ms-swift, and where options are hidden.',
    example: {
      language: 'bash',
      bad: '  --moe-paged-stash --moe-expert-rank-capacity-factor 1.5 --offload-modules moe_act',
      good: '  --moe-paged-stash --moe-expert-rank-capacity-factor 1.5',
    },
    check(context) {
      const stash = context.written('megatron.moePagedStash');
      if (!isOn(stash)) return [];
      const offloaded = context.written('megatron.offloadModules');
      const modules = (textOf(offloaded) ?? '').split(/[\s,]+/).filter((name) => name !== '');
      const both = modules.filter((name) => STASHED.includes(name));
      if (offloaded && both.length > 0) {
        return report(
          [offloaded, stash],
          `${stash.key} keeps ${both.join(' and ')} already: leave ${both.length > 1 ? 'them' : 'it'} out of ${offloaded.key}.`,
          { fixes: both.length === modules.length ? dropOption(context, offloaded) : [] },
        );
      }
      if (!context.absent('megatron.moeExpertRankCapacityFactor') || !showsAll(context)) return [];
      return report(
        [stash],
        `${stash.key} needs --moe-expert-rank-capacity-factor: without a bound there is nothing to page.`,
        { fixes: dropOption(context, stash) },
      );
    },
  },
  {
    code: 'MG056',
    name: 'megatron/latent-experts-with-shared-overlap',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'Experts in a latent do not overlap shared experts',
    why: 'With --moe-latent-size tokens are projected to the latent before the dispatch, and shared experts need them as they were. Megatron-LM asserts in the first forward pass that shared experts are not overlapped with the dispatch.',
    source:
      'NVIDIA/Megatron-LM@d98e8a64: megatron/core/transformer/moe/moe_layer.py:479; @00119989: the same file (router_and_preprocess)',
    example: {
      language: 'bash',
      bad: '  --moe-latent-size 1024 --moe-shared-expert-overlap',
      good: '  --moe-latent-size 1024',
    },
    check(context) {
      const latent = context.written('model.moeLatentSize');
      const overlap = context.written('megatron.sharedExpertOverlap');
      if (!latent || !(Number(latent.value) > 0) || !isOn(overlap)) return [];
      return report([overlap, latent], `${overlap.key} does not work with ${latent.key}: remove it.`, {
        fixes: dropOption(context, overlap),
      });
    },
  },
  {
    code: 'MG057',
    name: 'megatron/layers-offloaded-to-host',
    severity: 'error',
    frameworks: megatron,
    summary: 'Offloading layers works without a pipeline and without recomputation',
    why: '--cpu-offloading-num-layers keeps the activations of the first layers in host memory. Megatron-LM raises when the model has pipeline stages, when activations are recomputed, and when as many layers are offloaded as there are.',
    source: SOURCE,
    example: {
      language: 'bash',
      bad: '  --cpu-offloading-num-layers 4 --pipeline-model-parallel-size 2',
      good: '  --cpu-offloading-num-layers 4 --pipeline-model-parallel-size 1',
    },
    check(context) {
      const offloaded = context.written('megatron.cpuOffloadingNumLayers');
      if (!offloaded || !(Number(offloaded.value) > 0)) return [];
      const pp = context.written('layout.pp');
      const other = Number(pp?.value) > 1 ? pp : context.written(GRANULARITY);
      const fixes = dropOption(context, offloaded);
      if (other) {
        return report(
          [offloaded, other],
          `${offloaded.key} does not work with ${other.key} ${other.value}.`,
          {
            fixes,
          },
        );
      }
      const layers = context.written('model.layers');
      if (!layers || Number(offloaded.value) < Number(layers.value)) return [];
      return report(
        [offloaded, layers],
        `${offloaded.key} ${offloaded.value} leaves none of the ${layers.value} layers on the GPU: use at most ${Number(layers.value) - 1}.`,
        { fixes },
      );
    },
  },
];
