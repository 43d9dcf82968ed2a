import type { Fact } from '../../config/fact';
import { divisors, neighbours, orList } from '../arithmetic';
import { fix, setValue } from '../edits';
import type { Rule, RuleContext } from '../rule';
import { experts, literalSource, report, setTo, textOf } from './common';

const maxtext = ['maxtext'] as const;
const at = (where: string): string =>
  `AI-Hypercomputer/maxtext@e591f30c: src/maxtext/configs/types.py:${where}`;

const NEWER =
  'AI-Hypercomputer/maxtext@000e6d8a: src/maxtext/configs/types.py (set_derived_and_validate_values)';
/** Formats whose scales follow the steps. */
const SCALED: readonly string[] = ['fp8', 'nanoo_fp8', 'fp8_gpu', 'te_fp8_delayedscaling'];

/** Decoder blocks that have no MLP beside the routed experts: for others newer versions take a width of its own. */
const ONE_WIDTH: readonly string[] = ['mixtral', 'gpt_oss'];
/** Decoder blocks that update the bias of the router. */
const UPDATE_BIAS: readonly string[] = ['deepseek', 'deepseek4'];

/** Whether a model that is named, or a file that was not read, may say more than the job's files. */
function saysMore(context: RuleContext): boolean {
  const name = context.fact('maxtext.modelName');
  const named = name !== undefined && name.value !== 'default';
  return named || context.unresolved('maxtext.modelName') || context.job.missingFiles.length > 0;
}

const block = (context: RuleContext): string | undefined => textOf(context.fact('maxtext.decoderBlock'));

const setNumber = (context: RuleContext, fact: Fact, value: number) =>
  fix(`Set ${fact.key} to ${value}`, [setValue(fact, value, literalSource(context, fact))]);

/** Rules on MaxText's model keys. */
export const maxtextRules: readonly Rule[] = [
  {
    code: 'MX001',
    name: 'maxtext/expert-width-missing',
    severity: 'error',
    frameworks: maxtext,
    summary: 'The experts have no width',
    why: 'With num_experts above 1 base_moe_mlp_dim must be positive; its default is -1. MaxText raises.',
    source: at('3893'),
    limits: 'Silent where model_name may bring the width.',
    example: {
      language: 'yaml',
      bad: 'num_experts: 8\nbase_mlp_dim: 14336',
      good: 'num_experts: 8\nbase_mlp_dim: 14336\nbase_moe_mlp_dim: 14336',
    },
    check(context) {
      const all = context.written('model.routedExperts');
      const width = context.written('model.expertIntermediateSize');
      // A command takes the width from base.yml or a model file.
      const isModelFile = context.written('model.hiddenSize') !== undefined;
      if (!all || experts(context) === undefined || saysMore(context)) return [];
      if (width ? Number(width.value) > 0 : !isModelFile || !context.absent('model.expertIntermediateSize'))
        return [];
      return report(
        [width ?? all, all],
        `${all.value} experts need base_moe_mlp_dim above 0${width ? `; it is ${width.value}` : '; it is missing'}.`,
      );
    },
  },
  {
    code: 'MX002',
    name: 'maxtext/mlp-widths-differ',
    severity: 'error',
    frameworks: maxtext,
    summary: 'A fully MoE model with two MLP widths',
    why: 'When every layer is a MoE layer, base_mlp_dim must be the width of the experts, base_moe_mlp_dim. MaxText raises.',
    source: `${at('3893-3911')}; decoders with two widths: models/qwen1.5-moe-a2.7b.yml@f0e8bfa5, gemma4-latent-moe-26b.yml@f7952111`,
    limits:
      'Only for the mixtral and gpt_oss decoders: others have a shared expert or a dense MLP of its own width beside the routed ones. Silent where model_name may bring dense layers.',
    example: {
      language: 'yaml',
      bad: 'decoder_block: "mixtral"\nnum_experts: 8\nbase_mlp_dim: 16384\nbase_moe_mlp_dim: 14336',
      good: 'decoder_block: "mixtral"\nnum_experts: 8\nbase_mlp_dim: 14336\nbase_moe_mlp_dim: 14336',
    },
    check(context) {
      const dense = context.written('model.intermediateSize');
      const routed = context.written('model.expertIntermediateSize');
      const decoder = block(context);
      if (!dense || !routed || dense.value === routed.value || !(Number(routed.value) > 0)) return [];
      if (experts(context) === undefined || saysMore(context) || !decoder || !ONE_WIDTH.includes(decoder))
        return [];
      const step = context.fact('model.moeLayerFrequency')?.value;
      const firstDense = context.fact('model.firstDenseLayers')?.value;
      const cycle = context.fact('maxtext.layerCycle')?.value ?? 1;
      if (context.unresolved('maxtext.layerCycle') || step !== 1 || firstDense !== 0 || cycle !== 1)
        return [];
      return report(
        [dense, routed],
        `Every layer is a MoE layer, so base_mlp_dim ${dense.value} must be base_moe_mlp_dim, ${routed.value}.`,
        { fixes: setNumber(context, dense, Number(routed.value)) },
      );
    },
  },
  {
    code: 'MX003',
    name: 'maxtext/llama4-limits',
    severity: 'error',
    frameworks: maxtext,
    summary: 'Not supported with the llama4 decoder',
    why: 'The llama4 decoder takes no capacity factor and one expert per token, and its layers must divide by interleave_moe_layer_step. MaxText raises.',
    source: at('4168-4183'),
    example: {
      language: 'yaml',
      bad: 'decoder_block: "llama4"\nnum_experts_per_tok: 2',
      good: 'decoder_block: "llama4"\nnum_experts_per_tok: 1',
    },
    check(context) {
      const decoder = context.written('maxtext.decoderBlock');
      if (decoder?.value !== 'llama4') return [];
      const capacity = context.written('routing.capacityFactor');
      const topK = context.written('model.topK');
      const step = context.written('model.moeLayerFrequency');
      const layers = context.number('model.layers');
      const every = Number(step?.value);
      const uneven = step && layers && every > 0 && layers % every !== 0;
      return [
        ...(capacity && Number(capacity.value) >= 0
          ? report(
              [capacity, decoder],
              `llama4 takes no capacity factor, and ${capacity.key} is ${capacity.value}: set it to -1.`,
              { fixes: setNumber(context, capacity, -1) },
            )
          : []),
        ...(topK && Number(topK.value) > 1
          ? report(
              [topK, decoder],
              `llama4 routes each token to one expert, and ${topK.key} is ${topK.value}: set it to 1.`,
              { fixes: setNumber(context, topK, 1) },
            )
          : []),
        ...(uneven
          ? report(
              [step, context.written('model.layers'), decoder],
              `${layers} layers do not divide by ${step.key} ${every}: use ${orList(neighbours(divisors(layers), every))}.`,
              { fixes: setTo(context, step, step.key, neighbours(divisors(layers), every)) },
            )
          : []),
      ];
    },
  },
  {
    code: 'MX004',
    name: 'maxtext/routed-bias-update',
    severity: 'error',
    frameworks: maxtext,
    summary: 'This decoder does not update the bias of the router',
    why: 'Balancing without a loss moves routed_bias by routed_bias_update_rate. Only the DeepSeek decoders do that; MaxText raises for others.',
    source: `${at('3914-3919')}; models/deepseek4-284b.yml of the same commit sets it for deepseek4`,
    limits: 'Versions before the deepseek4 decoder know deepseek only.',
    example: {
      language: 'yaml',
      bad: 'decoder_block: "mixtral"\nrouted_bias: true\nrouted_bias_update_rate: 0.001',
      good: 'decoder_block: "deepseek"\nrouted_bias: true\nrouted_bias_update_rate: 0.001',
    },
    check(context) {
      const rate = context.written('maxtext.routedBiasUpdateRate');
      const decoder = block(context);
      const bias = context.written('maxtext.routedBias');
      if (!rate || !(Number(rate.value) > 0) || bias?.value !== true || experts(context) === undefined)
        return [];
      if (!decoder || UPDATE_BIAS.includes(decoder)) return [];
      return report(
        [rate, bias, context.written('maxtext.decoderBlock')],
        `${rate.key} ${rate.value} works with ${orList(UPDATE_BIAS)} decoders only, and this is ${decoder}: set it to 0.`,
        { fixes: setNumber(context, rate, 0) },
      );
    },
  },
  {
    code: 'MX005',
    name: 'maxtext/gpt-oss-dense-matmul-capacity',
    severity: 'error',
    frameworks: maxtext,
    summary: 'gpt_oss with dense matrix products drops no tokens',
    why: 'With sparse_matmul off, the gpt_oss decoder supports only dropless routing: capacity_factor must be -1. MaxText raises.',
    source: at('3912'),
    example: {
      language: 'yaml',
      bad: 'decoder_block: "gpt_oss"\nsparse_matmul: false\ncapacity_factor: 1.25',
      good: 'decoder_block: "gpt_oss"\nsparse_matmul: false\ncapacity_factor: -1',
    },
    check(context) {
      const capacity = context.written('routing.capacityFactor');
      const sparse = context.written('maxtext.sparseMatmul');
      if (block(context) !== 'gpt_oss' || sparse?.value !== false || !capacity || capacity.value === -1)
        return [];
      return report(
        [capacity, sparse, context.written('maxtext.decoderBlock')],
        `gpt_oss with sparse_matmul off drops no tokens, and ${capacity.key} is ${capacity.value}: set it to -1.`,
        { fixes: setNumber(context, capacity, -1) },
      );
    },
  },
  {
    code: 'MX006',
    name: 'maxtext/fp8-with-accumulated-gradients',
    severity: 'error',
    frameworks: maxtext,
    summary: 'FP8 does not accumulate gradients',
    why: 'The scales of FP8 belong to one step of the optimizer. MaxText raises when gradients are accumulated over several.',
    source: NEWER,
    example: {
      language: 'yaml',
      bad: 'quantization: "fp8"\ngradient_accumulation_steps: 4',
      good: 'quantization: "fp8"\ngradient_accumulation_steps: 1',
    },
    check(context) {
      const format = context.written('maxtext.quantization');
      const steps = context.written('maxtext.gradientAccumulationSteps');
      if (!format || !steps || !SCALED.includes(textOf(format) ?? '') || !(Number(steps.value) > 1))
        return [];
      return report(
        [steps, format],
        `${format.key} ${format.value} does not accumulate gradients, and ${steps.key} is ${steps.value}: set it to 1.`,
        { fixes: setNumber(context, steps, 1) },
      );
    },
  },
  {
    code: 'MX007',
    name: 'maxtext/pipeline-microbatches',
    severity: 'error',
    frameworks: maxtext,
    summary: 'The microbatches do not divide by the stages',
    why: 'Stages of a pipeline take turns with whole rounds of microbatches: num_pipeline_microbatches must be a multiple of the stages, ici_pipeline_parallelism × dcn_pipeline_parallelism. MaxText asserts it.',
    source: NEWER,
    example: {
      language: 'yaml',
      bad: 'ici_pipeline_parallelism: 4\nnum_pipeline_microbatches: 6',
      good: 'ici_pipeline_parallelism: 4\nnum_pipeline_microbatches: 8',
    },
    check(context) {
      const batches = context.written('maxtext.numPipelineMicrobatches');
      const stages = context.written('layout.pp') ?? context.fact('layout.pp');
      const [n, pp] = [Number(batches?.value), Number(stages?.value)];
      if (!batches || !(n > 0) || !(pp > 1) || n % pp === 0) return [];
      const near = [Math.floor(n / pp), Math.ceil(n / pp)].filter((m) => m > 0).map((m) => m * pp);
      return report([batches], `${n} microbatches do not divide by ${pp} stages: use ${orList(near)}.`, {
        fixes: setTo(context, batches, batches.key, near),
      });
    },
  },
];
