import { divisors, neighbours, orList } from '../arithmetic';
import { fix } from '../edits';
import { removeProperty } from '../property-edits';
import type { Rule, RuleContext } from '../rule';
import { experts, report, setTo, source } from './common';

const huggingface = ['huggingface'] as const;
const at = (where: string): string => `huggingface/transformers@008e5743: ${where}`;
const megatronAsserts =
  'Megatron-LM asserts the same (NVIDIA/Megatron-LM@d98e8a64: megatron/core/transformer/transformer_config.py:2671-2688)';

/** Multi-head latent attention has head sizes of its own. */
const isMla = (context: RuleContext): boolean => context.fact('model.mla.kvLoraRank') !== undefined;

/** Written group facts with their numbers; `undefined` when routing is not group-limited. */
function groups(context: RuleContext) {
  const written = context.written('model.router.groups');
  const used = context.written('model.router.topkGroups');
  const n = context.number('model.router.groups');
  return written && n !== undefined && n > 0
    ? { written, n, used, usedN: context.number('model.router.topkGroups') }
    : undefined;
}

/** Rules on a model's own config.json. What only follows from the meaning of a key is a warning at most. */
export const huggingfaceRules: readonly Rule[] = [
  {
    code: 'HF001',
    name: 'huggingface/top-k-exceeds-experts',
    severity: 'error',
    frameworks: huggingface,
    summary: 'Top-k is larger than the number of experts',
    why: 'A token is sent to k different experts. Selecting more than there are raises in the first forward pass.',
    source: at('models/jetmoe/configuration_jetmoe.py raises; for the others torch.topk does'),
    example: {
      language: 'json',
      bad: '{ "model_type": "mixtral", "num_local_experts": 8, "num_experts_per_tok": 16 }',
      good: '{ "model_type": "mixtral", "num_local_experts": 8, "num_experts_per_tok": 2 }',
    },
    check(context) {
      const topK = context.written('model.topK');
      const all = experts(context);
      if (!topK || all === undefined || Number(topK.value) <= all) return [];
      return report(
        [topK, context.written('model.routedExperts')],
        `Top-k ${topK.value} exceeds the ${all} routed experts: a token cannot use more than ${all}.`,
      );
    },
  },
  {
    code: 'HF003',
    name: 'huggingface/groups-divide-experts',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'The expert groups do not divide the experts',
    why: 'Group-limited routing reshapes the router scores into equal groups. With a remainder the reshape fails in the first forward pass.',
    source: `${at('models/deepseek_v3: no check of its own')}; ${megatronAsserts}`,
    example: {
      language: 'json',
      bad: '{ "n_routed_experts": 60, "n_group": 8 }',
      good: '{ "n_routed_experts": 64, "n_group": 8 }',
    },
    check(context) {
      const all = experts(context);
      const group = groups(context);
      if (all === undefined || !group || all % group.n === 0) return [];
      const near = neighbours(divisors(all), group.n);
      return report(
        [group.written, context.written('model.routedExperts')],
        `${all} experts do not divide into ${group.n} groups: use ${orList(near)}.`,
        { fixes: setTo(context, group.written, group.written.key, near) },
      );
    },
  },
  {
    code: 'HF004',
    name: 'huggingface/more-groups-used-than-exist',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'A token uses more expert groups than there are',
    why: 'topk_group groups are selected out of n_group. Selecting more than there are raises in the first forward pass.',
    source: `${at('models/deepseek_v3: no check of its own')}; ${megatronAsserts}`,
    example: {
      language: 'json',
      bad: '{ "n_group": 4, "topk_group": 8 }',
      good: '{ "n_group": 8, "topk_group": 4 }',
    },
    check(context) {
      const group = groups(context);
      if (!group?.used || group.usedN === undefined || group.usedN <= group.n) return [];
      return report(
        [group.used, group.written],
        `A token cannot use ${group.usedN} of ${group.n} expert groups: use at most ${group.n}.`,
        { fixes: setTo(context, group.used, group.used.key, [group.n]) },
      );
    },
  },
  {
    code: 'HF005',
    name: 'huggingface/top-k-exceeds-groups',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'The selected groups hold fewer experts than top-k',
    why: 'A token first selects topk_group groups and then k experts within them. When they hold fewer than k, experts with a masked score are selected.',
    source: `${at('models/deepseek_v3/modeling_deepseek_v3.py (router)')}; inferred, no check there`,
    example: {
      language: 'json',
      bad: '{ "n_routed_experts": 64, "num_experts_per_tok": 12, "n_group": 8, "topk_group": 1 }',
      good: '{ "n_routed_experts": 64, "num_experts_per_tok": 12, "n_group": 8, "topk_group": 2 }',
    },
    check(context) {
      const group = groups(context);
      const all = experts(context);
      const topK = context.number('model.topK');
      if (!group?.used || group.usedN === undefined || all === undefined || topK === undefined) return [];
      if (all % group.n !== 0 || group.usedN > group.n || topK > all) return [];
      const perGroup = all / group.n;
      if (topK <= group.usedN * perGroup) return [];
      const enough = Math.ceil(topK / perGroup);
      return report(
        [group.used, group.written, context.written('model.topK')],
        `${group.usedN} × ${perGroup} experts in the selected groups are fewer than top-k ${topK}: use ${enough} groups or more.`,
        { fixes: setTo(context, group.used, group.used.key, [enough]) },
      );
    },
  },
  {
    code: 'HF007',
    name: 'huggingface/hidden-divisible-by-heads',
    severity: 'error',
    frameworks: huggingface,
    summary: 'The hidden size does not divide by the heads, and head_dim is missing',
    why: 'Without head_dim the size of one attention head is hidden_size / num_attention_heads, which must be a whole number. With head_dim the two are independent (gpt-oss: 2880, with 64 heads of 64).',
    source: at('models/deepseek_v2/configuration_deepseek_v2.py (validate); attention modules of the others'),
    limits: 'Silent with head_dim, and for multi-head latent attention, which has head sizes of its own.',
    example: {
      language: 'json',
      bad: '{ "hidden_size": 4096, "num_attention_heads": 24 }',
      good: '{ "hidden_size": 4096, "num_attention_heads": 24, "head_dim": 128 }',
    },
    check(context) {
      const hidden = context.number('model.hiddenSize');
      const heads = context.written('model.attentionHeads');
      const n = context.number('model.attentionHeads');
      if (!hidden || !heads || !n || hidden % n === 0) return [];
      if (!context.absent('model.headDim') || isMla(context)) return [];
      return report(
        [heads, context.written('model.hiddenSize')],
        `Hidden size ${hidden} does not divide by ${n} heads: add head_dim, or correct one of them.`,
      );
    },
  },
  {
    code: 'HF008',
    name: 'huggingface/heads-divisible-by-kv-heads',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'The query heads do not divide by the key and value heads',
    why: 'Grouped-query attention repeats each key and value head for the same number of query heads. With a remainder the shapes do not match.',
    source: `${at('repeat_kv in the attention modules')}; inferred, no check there`,
    limits: 'Silent for multi-head latent attention.',
    example: {
      language: 'json',
      bad: '{ "num_attention_heads": 32, "num_key_value_heads": 5 }',
      good: '{ "num_attention_heads": 32, "num_key_value_heads": 4 }',
    },
    check(context) {
      const kv = context.written('model.kvHeads');
      const [heads, n] = [context.number('model.attentionHeads'), context.number('model.kvHeads')];
      if (!kv || !heads || !n || heads % n === 0 || isMla(context)) return [];
      const near = neighbours(divisors(heads), n);
      return report(
        [kv, context.written('model.attentionHeads')],
        `${heads} query heads do not divide by ${n} key and value heads: use ${orList(near)}.`,
        { fixes: setTo(context, kv, kv.key, near) },
      );
    },
  },
  {
    code: 'HF010',
    name: 'huggingface/no-moe-layer',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'Every layer is dense',
    why: 'The first first_k_dense_replace layers are dense. When that is every layer, the experts are never used.',
    source: at('models/deepseek_v3/configuration_deepseek_v3.py (first_k_dense_replace)'),
    example: {
      language: 'json',
      bad: '{ "num_hidden_layers": 27, "first_k_dense_replace": 27 }',
      good: '{ "num_hidden_layers": 27, "first_k_dense_replace": 1 }',
    },
    check(context) {
      const dense = context.written('model.firstDenseLayers');
      const layers = context.number('model.layers');
      if (!dense || layers === undefined || Number(dense.value) < layers) return [];
      return report(
        [dense, context.written('model.layers')],
        `The first ${dense.value} of ${layers} layers are dense, so no layer has experts: use a number below ${layers}.`,
      );
    },
  },
  {
    code: 'HF015',
    name: 'huggingface/ep-size-is-not-expert-parallelism',
    severity: 'info',
    frameworks: huggingface,
    summary: 'ep_size in config.json is not expert parallelism',
    why: 'The key is left over from the modelling code that was published with the checkpoint. Transformers and the serving engines do not read it: expert parallelism is set where the model is launched.',
    source: at('models/deepseek_v3/configuration_deepseek_v3.py has no ep_size; DeepSeek-V3 config.json has'),
    limits: 'A hint only: the published configs of DeepSeek-V3, Kimi-K2 and GLM have the key.',
    example: {
      language: 'json',
      bad: '{ "n_routed_experts": 256, "ep_size": 1 }',
      good: '{ "n_routed_experts": 256 }',
    },
    check(context) {
      const key = context.written('huggingface.epSize');
      if (!key) return [];
      return report(
        [key],
        'ep_size is a leftover of published modelling code, not expert parallelism: nothing reads it.',
        { fixes: fix('Remove ep_size', [removeProperty(key, source(context, key))]) },
      );
    },
  },
];
