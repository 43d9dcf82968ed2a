import { count } from '../arithmetic';
import { fix, place } from '../edits';
import { insertProperty, removeProperty } from '../property-edits';
import type { Rule } from '../rule';
import { experts, report, source, textOf } from './common';

const huggingface = ['huggingface'] as const;
const at = (where: string): string => `huggingface/transformers@008e5743: ${where}`;

/** Families whose published checkpoints normalise the selected probabilities, against the default of their class. */
const normalised = ['qwen3_moe'];
/** Families whose head size is not hidden size over heads. */
const ownHeadSize = ['qwen3_moe'];

/** Rules on keys that are missing or do not fit the number of layers. */
export const huggingfaceKeyRules: readonly Rule[] = [
  {
    code: 'HF002',
    name: 'huggingface/top-k-missing',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'Top-k is missing or 0',
    why: 'Some classes have no default for the number of experts per token: without one the model cannot route. With 0 no token reaches a routed expert.',
    source: at('models/deepseek_v2/configuration_deepseek_v2.py (num_experts_per_tok: None)'),
    limits: 'Silent on a missing top-k for families whose class has a default.',
    example: {
      language: 'json',
      bad: '{ "model_type": "deepseek_v2", "n_routed_experts": 64 }',
      good: '{ "model_type": "deepseek_v2", "n_routed_experts": 64, "num_experts_per_tok": 6 }',
    },
    check(context) {
      const all = context.written('model.routedExperts');
      const family = textOf(context.fact('model.family'));
      const topK = context.written('model.topK');
      if (topK && Number(topK.value) <= 0 && experts(context) !== undefined) {
        return report(
          [topK, all],
          `Top-k is ${topK.value}: no token reaches any of the ${experts(context)} routed experts.`,
        );
      }
      if (!all || family !== 'deepseek_v2' || experts(context) === undefined) return [];
      if (context.number('model.topK') !== undefined || !context.absent('model.topK')) return [];
      return report(
        [all],
        `num_experts_per_tok is missing: with ${all.value} experts the model cannot route without it.`,
      );
    },
  },
  {
    code: 'HF006',
    name: 'huggingface/half-of-group-routing',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'Only half of group-limited routing is given',
    why: 'n_group and topk_group belong together. With one of them the other takes the default of its class, which belongs to another model.',
    source: `${at('models/deepseek_v3/configuration_deepseek_v3.py (n_group 8, topk_group 4)')}; deepspeedai/DeepSpeed@edaa7221: auto_ep_config.py:297-309 asks for both`,
    example: {
      language: 'json',
      bad: '{ "model_type": "deepseek_v3", "n_group": 4 }',
      good: '{ "model_type": "deepseek_v3", "n_group": 4, "topk_group": 2 }',
    },
    check(context) {
      const groups = context.written('model.router.groups');
      const used = context.written('model.router.topkGroups');
      const [one, other] = groups ? [groups, 'topk_group'] : [used, 'n_group'];
      if (!one || (groups && used) || Number(one.value) <= 1) return [];
      const missing = groups ? 'model.router.topkGroups' : 'model.router.groups';
      if (!context.absent(missing)) return [];
      const otherwise = context.number(missing);
      return report(
        [one],
        `${one.key} is given without ${other}${otherwise === undefined ? '' : `, which is then ${otherwise}`}: give both.`,
      );
    },
  },
  {
    code: 'HF009',
    name: 'huggingface/head-size-missing',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'The head size is missing',
    why: 'In this family the head size is a number of its own (128), not hidden_size / num_attention_heads. Without head_dim the attention weights get other shapes than the published ones.',
    source: at(
      'models/qwen3_moe/configuration_qwen3_moe.py; published Qwen3-30B-A3B: 2048 / 32 = 64, head_dim 128',
    ),
    limits: 'Silent when hidden_size / num_attention_heads is 128.',
    example: {
      language: 'json',
      bad: '{ "model_type": "qwen3_moe", "hidden_size": 2048, "num_attention_heads": 32 }',
      good: '{ "model_type": "qwen3_moe", "hidden_size": 2048, "num_attention_heads": 32, "head_dim": 128 }',
    },
    check(context) {
      const family = textOf(context.fact('model.family'));
      const heads = context.written('model.attentionHeads');
      const [hidden, n] = [context.number('model.hiddenSize'), context.number('model.attentionHeads')];
      if (!heads || !hidden || !n || !family || !ownHeadSize.includes(family)) return [];
      if (!context.absent('model.headDim') || hidden / n === 128 || hidden % n !== 0) return [];
      return report(
        [heads, context.written('model.hiddenSize')],
        `head_dim is missing, so heads are ${hidden} / ${n} = ${hidden / n} wide: published models of this family have 128.`,
        {
          fixes: fix('Add "head_dim": 128', [
            insertProperty(heads, '"head_dim": 128', source(context, heads)),
          ]),
        },
      );
    },
  },
  {
    code: 'HF011',
    name: 'huggingface/dense-layer-out-of-range',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'A layer in mlp_only_layers does not exist',
    why: 'mlp_only_layers lists layers that are dense, counted from 0. A number beyond the last layer has no effect, and usually means that another layer was meant.',
    source: `${at('models/qwen2_moe/modeling_qwen2_moe.py (layer_idx not in mlp_only_layers)')}; inferred, no check there`,
    example: {
      language: 'json',
      bad: '{ "num_hidden_layers": 24, "mlp_only_layers": [0, 24] }',
      good: '{ "num_hidden_layers": 24, "mlp_only_layers": [0, 23] }',
    },
    check(context) {
      const dense = context.written('model.denseLayers');
      const layers = context.number('model.layers');
      if (!dense || layers === undefined || !Array.isArray(dense.value)) return [];
      const beyond = (dense.value as readonly number[]).filter((layer) => layer >= layers || layer < 0);
      if (beyond.length === 0) return [];
      return report(
        [dense, context.written('model.layers')],
        `${dense.key} names layer ${beyond.join(', ')}, and the ${count(layers, 'layer')} are 0 to ${layers - 1}.`,
      );
    },
  },
  {
    code: 'HF012',
    name: 'huggingface/layer-list-length',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'The list of MoE layers has another length than the model',
    why: 'When moe_layer_freq is a list, it says for each layer whether it is a MoE layer (1) or dense (0). It needs one entry per layer.',
    source: 'Inferred; Megatron-LM asserts the same (NVIDIA/Megatron-LM@d98e8a64: gpt_layer_specs.py:653)',
    example: {
      language: 'json',
      bad: '{ "num_hidden_layers": 4, "moe_layer_freq": [0, 1, 1] }',
      good: '{ "num_hidden_layers": 4, "moe_layer_freq": [0, 1, 1, 1] }',
    },
    check(context) {
      const list = context.written('model.moeLayerFrequency');
      const layers = context.number('model.layers');
      if (!list || layers === undefined || !Array.isArray(list.value) || list.value.length === layers)
        return [];
      return report(
        [list, context.written('model.layers')],
        `${list.key} has ${list.value.length} values for ${count(layers, 'layer')}: it needs one per layer.`,
      );
    },
  },
  {
    code: 'HF014',
    name: 'huggingface/sparse-step-out-of-range',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'No layer is a MoE layer',
    why: 'Every n-th layer is a MoE layer. When n is larger than the number of layers, there is none.',
    source: at('models/qwen3_moe (decoder_sparse_step), models/llama4 (interleave_moe_layer_step)'),
    example: {
      language: 'json',
      bad: '{ "num_hidden_layers": 24, "decoder_sparse_step": 48 }',
      good: '{ "num_hidden_layers": 24, "decoder_sparse_step": 1 }',
    },
    check(context) {
      const step = context.written('model.moeLayerFrequency');
      const layers = context.number('model.layers');
      if (!step || layers === undefined || typeof step.value !== 'number') return [];
      if (step.value >= 1 && step.value <= layers) return [];
      return report(
        [step, context.written('model.layers')],
        `${step.key} is ${step.value}, and there are ${count(layers, 'layer')}: no layer is a MoE layer.`,
      );
    },
  },
  {
    code: 'HF017',
    name: 'huggingface/norm-topk-prob-missing',
    severity: 'info',
    frameworks: huggingface,
    summary: 'norm_topk_prob is missing',
    why: 'The class does not normalise the probabilities of the selected experts unless norm_topk_prob is true. The published checkpoints of this family were trained with it.',
    source: at('models/qwen3_moe/configuration_qwen3_moe.py (default False; published configs: true)'),
    example: {
      language: 'json',
      bad: '{ "model_type": "qwen3_moe", "num_experts": 128, "num_experts_per_tok": 8 }',
      good: '{ "model_type": "qwen3_moe", "num_experts": 128, "num_experts_per_tok": 8, "norm_topk_prob": true }',
    },
    check(context) {
      const family = textOf(context.fact('model.family'));
      const topK = context.written('model.topK');
      if (!topK || !family || !normalised.includes(family) || experts(context) === undefined) return [];
      if (!context.absent('huggingface.normTopkProb')) return [];
      return report(
        [topK],
        'norm_topk_prob is missing and defaults to false: the published models of this family have true.',
        {
          fixes: fix('Add "norm_topk_prob": true', [
            insertProperty(topK, '"norm_topk_prob": true', source(context, topK)),
          ]),
        },
      );
    },
  },
  {
    code: 'HF018',
    name: 'huggingface/two-expert-counts',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'Two keys give different numbers of experts',
    why: 'Families spell the number of routed experts in different ways, and programs look the spellings up in different orders. vLLM takes num_experts, moe_num_experts, n_routed_experts, num_local_experts, in that order.',
    source:
      'lines of 1CatAI/1Cat-vLLM@ae13773a: vllm/transformers_utils/model_arch_config_convertor.py:93-130; huggingface/transformers@008e5743: glm_moe_dsa lets num_experts override',
    example: {
      language: 'json',
      bad: '{ "num_experts": 64, "num_local_experts": 8 }',
      good: '{ "num_local_experts": 8 }',
    },
    check(context) {
      const [first, ...others] = context
        .all('model.routedExperts')
        .filter((fact) => fact.state === 'literal');
      const other = others.find((fact) => fact.file === first?.file && fact.value !== first.value);
      if (!first || !other) return [];
      return report(
        [other, first],
        `${other.key} is ${other.value}, and ${first.key} is ${first.value}, which vLLM reads: keep one of them.`,
        {
          fixes: [first, other].flatMap((fact) =>
            fix(`Remove ${fact.key}`, [removeProperty(fact, source(context, fact))]),
          ),
        },
      );
    },
  },
  {
    code: 'HF020',
    name: 'huggingface/template',
    severity: 'info',
    frameworks: huggingface,
    summary: 'The config is a template',
    why: 'Values such as `{{ layers }}` are filled in before a program reads the file, so no rule that needs one of them is checked, and there are no figures where one decides them.',
    source: 'Templates of Jinja and its kin; a rule never fires on a value that it cannot see.',
    limits: 'Only for keys that are read.',
    example: {
      language: 'json',
      bad: '{ "model_type": "mixtral", "num_local_experts": "{{ experts }}" }',
      good: '{ "model_type": "mixtral", "num_local_experts": 8 }',
    },
    check(context) {
      const open = context.job.facts.filter((fact) => fact.state === 'unresolved');
      const [first, ...others] = open;
      if (!first) return [];
      const rest = others.length > 0 ? ` and ${count(others.length, 'more value')}` : '';
      const verb = others.length > 0 ? 'are' : 'is';
      return [
        {
          ...place(first),
          message: `This config is a template: ${first.key} (${first.expression})${rest} ${verb} filled in before it is used, and what depends on ${others.length > 0 ? 'them' : 'it'} is not checked.`,
          related: others.map((fact) => ({
            ...place(fact),
            message: `${fact.key} (${fact.expression}) is not known`,
          })),
        },
      ];
    },
  },
];
