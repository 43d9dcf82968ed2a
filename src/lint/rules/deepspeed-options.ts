import { nearest } from '../../scenario/spelling';
import { orList } from '../arithmetic';
import { fix, setValue } from '../edits';
import type { Rule } from '../rule';
import { experts, literalSource, report, setTo, textOf } from './common';
import { at, deepspeed, hasAutoEp } from './deepspeed-shared';

/**
 * Words that AutoEP knows (`fused_weighted_sum` since 0067b11e). A list that is not closed grows with versions: a word
 * that is not like any of it may be a newer one.
 */
const WORDS: readonly {
  readonly name: string;
  readonly known: readonly string[];
  readonly closed: boolean;
}[] = [
  {
    name: 'deepspeed.presetModel',
    known: ['mixtral', 'qwen3_moe', 'qwen3_5_moe', 'deepseek_v2', 'deepseek_v3', 'llama4'],
    closed: false,
  },
  { name: 'deepspeed.scoreFunc', known: ['auto', 'softmax', 'sigmoid'], closed: true },
  { name: 'deepspeed.scoreApply', known: ['auto', 'pre', 'post'], closed: true },
  {
    name: 'deepspeed.combineImpl',
    known: ['auto', 'weighted_sum', 'fused_weighted_sum', 'legacy_bmm'],
    closed: true,
  },
  { name: 'deepspeed.rowWeightingImpl', known: ['auto', 'eager', 'fused'], closed: true },
  { name: 'deepspeed.gateUpImpl', known: ['separate', 'fused'], closed: true },
  { name: 'deepspeed.commBackend', known: ['comm', 'deepep'], closed: true },
];

/** Rules on AutoEP's options and on deprecated keys. */
export const deepspeedOptionRules: readonly Rule[] = [
  {
    code: 'DS004',
    name: 'deepspeed/unknown-word',
    severity: 'error',
    frameworks: deepspeed,
    summary: 'AutoEP does not know this word',
    why: 'preset_model, score_func, score_apply, combine_impl, row_weighting_impl, gate_up_impl and comm_backend take a word of a list. DeepSpeed raises on any other.',
    source: `${at('module_inject/auto_ep_config.py:145-163')}; @0067b11e (validate_autoep_config), @da8074d6 (auto_ep_presets/registry.py)`,
    limits:
      'Only a warning for a model preset that is like none of the known ones: newer versions have more.',
    example: {
      language: 'json',
      bad: '{ "expert_parallel": { "enabled": true, "preset_model": "qwen3moe" } }',
      good: '{ "expert_parallel": { "enabled": true, "preset_model": "qwen3_moe" } }',
    },
    check(context) {
      if (!hasAutoEp(context)) return [];
      return WORDS.flatMap(({ name, known, closed }) => {
        const fact = context.written(name);
        const word = textOf(fact);
        if (!fact || word === undefined || known.includes(word)) return [];
        const meant = nearest(word, known);
        const advice = meant === undefined ? `use ${orList(known)}` : `did you mean ${meant}?`;
        return report([fact], `${fact.key} has no ${word}: ${advice}${meant === undefined ? '.' : ''}`, {
          fixes:
            meant === undefined
              ? []
              : fix(`Use ${meant}`, [setValue(fact, meant, literalSource(context, fact))], true),
          ...(closed || meant !== undefined ? {} : { severity: 'warning' as const }),
        });
      });
    },
  },
  {
    code: 'DS005',
    name: 'deepspeed/expert-groups',
    severity: 'error',
    frameworks: deepspeed,
    summary: 'The expert groups do not fit',
    why: 'num_expert_groups and num_limited_groups belong together; the groups must divide the experts, and no token can use more groups than there are. DeepSpeed raises.',
    source: at('module_inject/auto_ep_config.py:169-175,297-315'),
    limits: 'That groups divide the experts is checked only where the number of experts is known.',
    example: {
      language: 'json',
      bad: '{ "expert_parallel": { "enabled": true, "num_expert_groups": 4, "num_limited_groups": 8 } }',
      good: '{ "expert_parallel": { "enabled": true, "num_expert_groups": 8, "num_limited_groups": 4 } }',
    },
    check(context) {
      const groups = context.written('model.router.groups');
      const limited = context.written('model.router.topkGroups');
      const ours = (groups ?? limited)?.role === 'expert_parallel';
      if (!ours || !hasAutoEp(context)) return [];
      if (groups && !limited && context.absent('model.router.topkGroups')) {
        return report([groups], `${groups.key} ${groups.value} needs num_limited_groups beside it.`);
      }
      if (limited && !groups && context.absent('model.router.groups')) {
        return report([limited], `${limited.key} ${limited.value} needs num_expert_groups beside it.`);
      }
      if (!groups || !limited) return [];
      const [all, used, total] = [experts(context), Number(limited.value), Number(groups.value)];
      if (used > total) {
        return report(
          [limited, groups],
          `A token cannot use ${used} of ${total} groups: use at most ${total}.`,
          { fixes: setTo(context, limited, limited.key, [total]) },
        );
      }
      if (!all || !(total > 0) || all % total === 0) return [];
      return report(
        [groups, context.written('model.routedExperts')],
        `${all} experts do not divide into ${total} groups.`,
      );
    },
  },
  {
    code: 'DS006',
    name: 'deepspeed/load-balance-coefficient',
    severity: 'error',
    frameworks: deepspeed,
    summary: 'AutoEP takes no load_balance_coeff',
    why: 'The key is known, but only null is supported: AutoEP does not balance by a bias. DeepSpeed raises on a number, whether AutoEP is on or off.',
    source: at('module_inject/auto_ep_config.py:68,113'),
    example: {
      language: 'json',
      bad: '{ "expert_parallel": { "enabled": true, "load_balance_coeff": 0.001 } }',
      good: '{ "expert_parallel": { "enabled": true, "load_balance_coeff": null } }',
    },
    check(context) {
      const coefficient = context.written('deepspeed.loadBalanceCoeff');
      if (!coefficient) return [];
      const edit = setValue(coefficient, 'null', literalSource(context, coefficient));
      return report(
        [coefficient],
        `load_balance_coeff ${coefficient.value} is not supported: write null, or drop the key.`,
        { fixes: fix('Set it to null', [edit], true) },
      );
    },
  },
  {
    code: 'DS008',
    name: 'deepspeed/deprecated-inference-keys',
    severity: 'warning',
    frameworks: deepspeed,
    summary: 'MoE keys of an inference config moved into moe',
    why: 'ep_size, moe_experts and moe_type at the top of an inference config are deprecated: they are ep_size, moe_experts and type of its section moe.',
    source: at('inference/config.py:285-302'),
    example: {
      language: 'json',
      bad: '{ "replace_with_kernel_inject": true, "ep_size": 8, "moe_experts": [64] }',
      good: '{ "replace_with_kernel_inject": true, "moe": { "ep_size": 8, "moe_experts": [64] } }',
    },
    check(context) {
      const names = ['layout.ep', 'deepspeed.moeExperts', 'deepspeed.moeType'];
      return names.flatMap((name) => {
        const fact = context.written(name);
        if (!fact || fact.role !== undefined || !/\.json$/i.test(fact.file)) return [];
        if (!['ep_size', 'moe_experts', 'moe_type'].includes(fact.key)) return [];
        const inside = fact.key === 'moe_type' ? 'type' : fact.key;
        return report([fact], `${fact.key} at the top is deprecated: write "moe": { "${inside}": … }.`);
      });
    },
  },
  {
    code: 'DS010',
    name: 'deepspeed/preset-models-differ',
    severity: 'error',
    frameworks: deepspeed,
    summary: 'AutoEP and AutoTP name different models',
    why: 'expert_parallel.preset_model and tensor_parallel.preset_model describe the same model. DeepSpeed raises when both are given and differ.',
    source: at('module_inject/auto_ep_folding.py:236'),
    example: {
      language: 'json',
      bad: '{ "tensor_parallel": { "preset_model": "mixtral" },\n  "expert_parallel": { "enabled": true, "preset_model": "qwen3_moe" } }',
      good: '{ "tensor_parallel": { "preset_model": "qwen3_moe" },\n  "expert_parallel": { "enabled": true, "preset_model": "qwen3_moe" } }',
    },
    check(context) {
      const ours = context.written('deepspeed.presetModel');
      const other = context.written('deepspeed.tensorParallelPresetModel');
      if (!ours || !other || ours.value === other.value || !hasAutoEp(context)) return [];
      return report(
        [ours, other],
        `preset_model is ${ours.value} here and ${other.value} in tensor_parallel: they must be the same.`,
      );
    },
  },
];
