import { orList } from '../arithmetic';
import { fix, setValue } from '../edits';
import type { Rule, RuleContext } from '../rule';
import { experts, literalSource, report, textOf } from './common';

const huggingface = ['huggingface'] as const;
const at = (where: string): string => `huggingface/transformers@008e5743: models/${where}`;

/** Letters of `hybrid_override_pattern`: Mamba, MoE, attention, MLP. */
const BLOCKS = 'ME*-';
const ROUTER_DTYPES: readonly string[] = ['float32', 'float16', 'bfloat16'];
const WITH_ROUTER_DTYPE: readonly string[] = ['switch_transformers', 'nllb-moe'];

/** Offsets that select a layer out of each period. */
const PERIODS = [
  ['huggingface.expertLayerPeriod', 'huggingface.expertLayerOffset'],
  ['huggingface.attentionLayerPeriod', 'huggingface.attentionLayerOffset'],
] as const;

const modelType = (context: RuleContext): string | undefined =>
  textOf(context.written('huggingface.declaredType'));

/** Rules on keys of single families. */
export const huggingfaceFamilyRules: readonly Rule[] = [
  {
    code: 'HF013',
    name: 'huggingface/layer-offset-beyond-period',
    severity: 'error',
    frameworks: huggingface,
    summary: 'A layer offset is not below its period',
    why: 'In each period of layers the one at the offset is a MoE (or attention) layer. The configuration class raises when the offset is not below the period.',
    source: at('jamba/configuration_jamba.py'),
    example: {
      language: 'json',
      bad: '{ "model_type": "jamba", "expert_layer_period": 2, "expert_layer_offset": 2 }',
      good: '{ "model_type": "jamba", "expert_layer_period": 2, "expert_layer_offset": 1 }',
    },
    check(context) {
      if (modelType(context) !== 'jamba') return [];
      return PERIODS.flatMap(([periodName, offsetName]) => {
        const [period, offset] = [context.written(periodName), context.written(offsetName)];
        if (!period || !offset || Number(offset.value) < Number(period.value)) return [];
        return report(
          [offset, period],
          `${offset.key} ${offset.value} is not below ${period.key} ${period.value}: use 0 to ${Number(period.value) - 1}.`,
        );
      });
    },
  },
  {
    code: 'HF016',
    name: 'huggingface/expert-width-default',
    severity: 'info',
    frameworks: huggingface,
    summary: 'The width of the experts is the default of the class',
    why: 'Without moe_intermediate_size the class of DeepSeek-V2 makes experts 1407 wide. No published model has that: V2-Lite has 1408, V2 1536.',
    source: at('deepseek_v2/configuration_deepseek_v2.py (moe_intermediate_size: 1407)'),
    example: {
      language: 'json',
      bad: '{ "model_type": "deepseek_v2", "n_routed_experts": 64, "num_experts_per_tok": 6 }',
      good: '{ "model_type": "deepseek_v2", "n_routed_experts": 64, "num_experts_per_tok": 6,\n  "moe_intermediate_size": 1408 }',
    },
    check(context) {
      const all = context.written('model.routedExperts');
      if (!all || modelType(context) !== 'deepseek_v2' || experts(context) === undefined) return [];
      if (!context.absent('model.expertIntermediateSize')) return [];
      return report(
        [all],
        'moe_intermediate_size is missing, and the default of the class is 1407: published models have 1408 or 1536.',
      );
    },
  },
  {
    code: 'HF021',
    name: 'huggingface/hybrid-pattern',
    severity: 'warning',
    frameworks: huggingface,
    summary: 'The pattern of layers does not fit',
    why: 'hybrid_override_pattern has a letter per layer: M for Mamba, E for experts, * for attention, - for an MLP. A pattern of another length than num_hidden_layers, or with another letter, describes no model.',
    source: `${at('nemotron_h/configuration_nemotron_h.py')} (the letters); the check is inferred`,
    example: {
      language: 'json',
      bad: '{ "model_type": "nemotron_h", "num_hidden_layers": 4, "hybrid_override_pattern": "MEM" }',
      good: '{ "model_type": "nemotron_h", "num_hidden_layers": 4, "hybrid_override_pattern": "MEM*" }',
    },
    check(context) {
      const pattern = context.written('huggingface.hybridPattern');
      const text = textOf(pattern);
      const layers = context.written('model.layers');
      if (!pattern || text === undefined || modelType(context) !== 'nemotron_h') return [];
      const unknown = [...text].find((letter) => !BLOCKS.includes(letter));
      if (unknown !== undefined) {
        return report([pattern], `The pattern has “${unknown}”, and layers are ${orList([...BLOCKS])}.`);
      }
      if (layers?.key !== 'num_hidden_layers' || layers.value === text.length) return [];
      return report(
        [pattern, layers],
        `The pattern has ${text.length} layers, and num_hidden_layers is ${layers.value}.`,
      );
    },
  },
  {
    code: 'HF022',
    name: 'huggingface/router-dtype',
    severity: 'error',
    frameworks: huggingface,
    summary: 'The router cannot have this dtype',
    why: 'The configuration classes of Switch Transformers and NLLB-MoE take float32, float16 or bfloat16 for router_dtype, and raise otherwise.',
    source: at(
      'switch_transformers/configuration_switch_transformers.py, nllb_moe/configuration_nllb_moe.py',
    ),
    example: {
      language: 'json',
      bad: '{ "model_type": "switch_transformers", "num_experts": 8, "router_dtype": "fp32" }',
      good: '{ "model_type": "switch_transformers", "num_experts": 8, "router_dtype": "float32" }',
    },
    check(context) {
      const dtype = context.written('huggingface.routerDtype');
      const word = textOf(dtype);
      if (!dtype || word === undefined || ROUTER_DTYPES.includes(word)) return [];
      if (!WITH_ROUTER_DTYPE.includes(modelType(context) ?? '')) return [];
      return report([dtype], `router_dtype has no ${word}: use ${orList(ROUTER_DTYPES)}.`, {
        fixes: fix('Set it to float32', [setValue(dtype, 'float32', literalSource(context, dtype))]),
      });
    },
  },
  {
    code: 'HF023',
    name: 'huggingface/dbrx-tied-embeddings',
    severity: 'error',
    frameworks: huggingface,
    summary: 'DBRX does not tie its embeddings',
    why: 'The configuration class of DBRX raises when tie_word_embeddings is true.',
    source: at('dbrx/configuration_dbrx.py'),
    limits: 'Unknown keys of ffn_config, which the class refuses too, are not looked for.',
    example: {
      language: 'json',
      bad: '{ "model_type": "dbrx", "ffn_config": { "moe_num_experts": 16 }, "tie_word_embeddings": true }',
      good: '{ "model_type": "dbrx", "ffn_config": { "moe_num_experts": 16 }, "tie_word_embeddings": false }',
    },
    check(context) {
      const tie = context.written('model.tieWordEmbeddings');
      if (tie?.value !== true || modelType(context) !== 'dbrx') return [];
      return report([tie], 'DBRX does not tie its embeddings: set tie_word_embeddings to false.', {
        fixes: fix('Set it to false', [setValue(tie, 'false', literalSource(context, tie))], true),
      });
    },
  },
  {
    code: 'HF024',
    name: 'huggingface/multi-token-prediction',
    severity: 'info',
    frameworks: huggingface,
    summary: 'The checkpoint holds multi-token-prediction modules',
    why: 'Modules for multi-token prediction are trained and stored with the model, and used only for speculative decoding. Published totals count them in some models and not in others.',
    source: at('deepseek_v3/configuration_deepseek_v3.py (num_nextn_predict_layers)'),
    example: {
      language: 'json',
      bad: '{ "model_type": "deepseek_v3", "num_nextn_predict_layers": 1 }',
      good: '{ "model_type": "deepseek_v3", "num_nextn_predict_layers": 0 }',
    },
    check(context) {
      const modules = context.written('model.mtpLayers');
      if (!modules || !(Number(modules.value) > 0)) return [];
      return report(
        [modules],
        `${modules.key} ${modules.value}: totals differ with and without multi-token prediction.`,
      );
    },
  },
];
