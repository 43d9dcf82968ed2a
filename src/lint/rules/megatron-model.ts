import type { FactValue } from '../../config/fact';
import { layerPattern } from '../../scenario/resolve/layer-pattern';
import { count, divisors, neighbours, orList } from '../arithmetic';
import { spelled } from '../option-forms';
import type { Rule, RuleContext, RuleHit } from '../rule';
import { addOption, experts, factorsAndProduct, product, report, setTo, size, source } from './common';
import { at, dividesRanks, hidesArguments, megatron, megatronCore, world } from './megatron-shared';

const splitFlags = [
  'megatron.decoderFirstPipelineNumLayers',
  'megatron.decoderLastPipelineNumLayers',
  'megatron.pipelineModelParallelLayout',
];
const virtualForms = [
  'megatron.numLayersPerVirtualPipelineStage',
  'layout.vpp',
  'megatron.pipelineModelParallelLayout',
];

/** Layers as the pipeline counts them: embedding and loss are layers of their own where the flags say so. */
function pipelineLayers(context: RuleContext): { total: number; extra: number } | undefined {
  const layers = context.number('model.layers');
  const extras = [
    'megatron.accountForEmbeddingInPipelineSplit',
    'megatron.accountForLossInPipelineSplit',
  ].filter((name) => !context.absent(name)).length;
  return layers === undefined ? undefined : { total: layers + extras, extra: extras };
}

/** The layers of a `--moe-layer-freq` list, 1 for MoE and 0 for dense; `undefined` when it is a number. */
function layerList(value: FactValue | undefined): readonly number[] | undefined {
  if (typeof value === 'string') return layerPattern(value);
  return Array.isArray(value) ? (value as readonly number[]) : undefined;
}

/** Layers of one model chunk that do not divide those of a pipeline stage. */
function unevenChunks(context: RuleContext, perStage: number): readonly RuleHit[] {
  const chunk = context.written('megatron.numLayersPerVirtualPipelineStage');
  const layers = Number(chunk?.value);
  if (!chunk || !(layers > 0) || perStage % layers === 0) return [];
  const near = neighbours(divisors(perStage), layers);
  return report(
    [chunk, context.written('layout.pp')],
    `${count(perStage, 'layer')} of a pipeline stage do not divide into model chunks of ${layers}: use ${orList(near)}.`,
    { fixes: setTo(context, chunk, 'the layers of a chunk', near) },
  );
}

/** Rules on how the model's own sizes meet the layout. */
export const megatronModelRules: readonly Rule[] = [
  {
    code: 'MG009',
    name: 'megatron/heads-divisible-by-tp',
    severity: 'error',
    frameworks: [...megatronCore, 'areal'],
    summary: 'The attention heads do not divide by TP',
    why: 'Tensor parallelism gives every rank the same number of attention heads. Megatron-LM raises when they do not divide.',
    source: at('TC:1446'),
    example: {
      language: 'bash',
      bad: '  --num-attention-heads 20 --tensor-model-parallel-size 8',
      good: '  --num-attention-heads 20 --tensor-model-parallel-size 4',
    },
    check(context) {
      const heads = context.number('model.attentionHeads');
      const tp = context.number('layout.tp');
      const written = context.written('layout.tp');
      if (!heads || !tp || !written || heads % tp === 0) return [];
      const fits = divisors(heads).filter((n) => dividesRanks(context, { tp: n }));
      const near = neighbours(fits.length > 1 ? fits : divisors(heads), tp);
      return report(
        [written, context.written('model.attentionHeads')],
        `${heads} attention heads do not divide by TP ${tp}: use ${orList(near)}.`,
        { fixes: setTo(context, written, 'TP', neighbours(fits, tp)) },
      );
    },
  },
  {
    code: 'MG010',
    name: 'megatron/query-groups-divisible-by-tp',
    severity: 'error',
    frameworks: megatron,
    summary: 'Query groups and TP do not divide each other',
    why: 'Key and value heads (query groups) are spread over the tensor parallel ranks: each rank needs a whole number of them, or, in newer versions, each of them a whole number of ranks.',
    source: at('TC:1462'),
    limits:
      'Silent when TP is a multiple of the query groups: newer versions then replicate them, older ones raise.',
    example: {
      language: 'bash',
      bad: '  --group-query-attention --num-query-groups 6 --tensor-model-parallel-size 4',
      good: '  --group-query-attention --num-query-groups 6 --tensor-model-parallel-size 2',
    },
    check(context) {
      const groups = context.written('model.kvHeads');
      const tp = context.number('layout.tp');
      const written = context.written('layout.tp');
      if (groups?.key !== '--num-query-groups' || !tp || !written) return [];
      const n = Number(groups.value);
      if (context.absent('megatron.groupQueryAttention') || n % tp === 0 || tp % n === 0) return [];
      const heads = context.number('model.attentionHeads') ?? n;
      const legal = divisors(heads).filter((d) => n % d === 0 || d % n === 0);
      const fits = legal.filter((d) => dividesRanks(context, { tp: d }));
      return report(
        [written, groups],
        `${n} query groups and TP ${tp} do not divide each other: use TP ${orList(neighbours(fits.length > 1 ? fits : legal, tp))}.`,
        { fixes: setTo(context, written, 'TP', neighbours(fits, tp)) },
      );
    },
  },
  {
    code: 'MG011',
    name: 'megatron/layers-divisible-by-pp',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The layers do not divide by PP',
    why: 'Without a layout of its own every pipeline stage gets the same number of layers, and with an interleaved schedule every model chunk. Megatron-LM asserts both. Uneven stages are said with --decoder-first-pipeline-num-layers, --decoder-last-pipeline-num-layers or --pipeline-model-parallel-layout.',
    source: at('AR:920-1000'),
    limits: 'Silent when one of those flags is given, or when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --num-layers 61 --pipeline-model-parallel-size 8',
      good: '  --num-layers 61 --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 5',
    },
    check(context) {
      const written = context.written('layout.pp');
      const pp = context.number('layout.pp');
      const layers = pipelineLayers(context);
      if (!written || pp === undefined || pp < 2 || !layers) return [];
      if (splitFlags.some((name) => !context.absent(name)) || hidesArguments(context)) return [];
      if (!context.absent('megatron.hybridLayerPattern')) return [];
      if (layers.total % pp === 0) return unevenChunks(context, layers.total / pp);
      const legal = divisors(layers.total);
      const fits = legal.filter((n) => dividesRanks(context, { pp: n }));
      const near = neighbours(fits.length > 1 ? fits : legal, pp);
      const counted = layers.extra > 0 ? ' (embedding and loss counted as the flags say)' : '';
      const rest = layers.total - (pp - 1) * Math.ceil(layers.total / pp);
      // Megatron-Core's field has another name and, in some frameworks, another place than the option.
      const last = { option: '--decoder-last-pipeline-num-layers', value: String(rest) };
      const mayBeUneven = rest > 0 && written.key.startsWith('--');
      const uneven = mayBeUneven ? `, or add ${spelled(written, last, source(context, written))}` : '';
      return report(
        [written, context.written('model.layers')],
        `${layers.total} layers${counted} do not divide by PP ${pp}: use PP ${orList(near)}${uneven}.`,
        {
          fixes: [
            ...(mayBeUneven && layers.extra === 0 ? addOption(context, written, last) : []),
            ...setTo(context, written, 'PP', neighbours(fits, pp)),
          ],
        },
      );
    },
  },
  {
    code: 'MG012',
    name: 'megatron/virtual-pipeline-options',
    severity: 'error',
    frameworks: megatron,
    summary: 'Virtual pipeline options contradict each other or PP',
    why: 'The interleaved schedule can be described in one of three ways, and it needs more than one pipeline stage. Megatron-LM asserts both.',
    source: at('AR:920-1000; PS:829'),
    example: {
      language: 'bash',
      bad: '  --pipeline-model-parallel-size 1 --num-virtual-stages-per-pipeline-rank 4',
      good: '  --pipeline-model-parallel-size 4 --num-virtual-stages-per-pipeline-rank 4',
    },
    check(context) {
      // A variable of a launcher is not an option yet: the launcher may leave it out.
      const forms = virtualForms
        .flatMap((name) => context.written(name) ?? [])
        .filter((fact) => fact.key.startsWith('--'));
      const [first, second] = forms;
      if (!first || virtualForms.some((name) => context.unresolved(name))) return [];
      if (second) {
        return report(
          [second, first],
          `${first.key} and ${second.key} both describe the pipeline: keep one of them.`,
        );
      }
      if (size(context, 'layout.pp') !== 1 || (context.absent('layout.pp') && hidesArguments(context)))
        return [];
      const chunks =
        first.name === 'megatron.numLayersPerVirtualPipelineStage'
          ? (context.number('model.layers') ?? 0) / Number(first.value)
          : Number(first.value);
      if (!(chunks > 1)) return [];
      return report(
        [first, context.written('layout.pp')],
        `${first.key} asks for ${chunks} model chunks per stage, but PP is 1: use PP 2 or more, or drop it.`,
      );
    },
  },
  {
    code: 'MG013',
    name: 'megatron/moe-layer-freq-length',
    severity: 'error',
    frameworks: megatron,
    summary: 'The list of MoE layers has another length than the model',
    why: 'When --moe-layer-freq is a list, it says for each layer whether it is a MoE layer (1) or dense (0). Megatron-LM asserts that it has one entry per layer.',
    source: at('megatron/core/models/gpt/gpt_layer_specs.py:647-653'),
    example: {
      language: 'bash',
      bad: '  --num-layers 61 --moe-layer-freq "([0]*3+[1]*60)"',
      good: '  --num-layers 61 --moe-layer-freq "([0]*3+[1]*58)"',
    },
    check(context) {
      const pattern = context.written('model.moeLayerFrequency');
      const layers = context.number('model.layers');
      const entries = layerList(pattern?.value)?.length;
      if (!pattern || layers === undefined || entries === undefined || entries === layers) return [];
      return report(
        [pattern, context.written('model.layers')],
        `--moe-layer-freq has ${entries} values for ${count(layers, 'layer')}: it needs one per layer.`,
      );
    },
  },
  {
    code: 'MG033',
    name: 'megatron/expert-width-without-experts',
    severity: 'error',
    frameworks: megatron,
    summary: 'Expert width without experts',
    why: 'Megatron-LM raises when --moe-ffn-hidden-size is given and --num-experts is not.',
    source: at('TC:1689'),
    limits: 'Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --moe-ffn-hidden-size 1408',
      good: '  --num-experts 64 --moe-ffn-hidden-size 1408',
    },
    check(context) {
      const width = context.written('model.expertIntermediateSize');
      if (width?.key !== '--moe-ffn-hidden-size' || hidesArguments(context)) return [];
      if (!context.absent('model.routedExperts') || context.job.model || context.job.preset) return [];
      return report([width], '--moe-ffn-hidden-size is given without --num-experts: Megatron-LM stops here.');
    },
  },
  {
    code: 'MG034',
    name: 'megatron/expert-width-missing',
    severity: 'warning',
    frameworks: megatron,
    summary: 'The experts take the width of the dense MLP',
    why: 'Without --moe-ffn-hidden-size every expert is as wide as a dense MLP (--ffn-hidden-size). Megatron-LM prints a warning and goes on, and the model can be many times larger than meant.',
    source: at('AR:1650'),
    limits:
      'Only a hint when every layer is a MoE layer: then there is no dense MLP, and models such as Mixtral give the expert width as --ffn-hidden-size on purpose. Silent when a part of the command cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --num-experts 64 --ffn-hidden-size 10944',
      good: '  --num-experts 64 --ffn-hidden-size 10944 --moe-ffn-hidden-size 1408',
    },
    check(context) {
      const all = context.written('model.routedExperts');
      const width = context.number('model.intermediateSize');
      if (all?.key !== '--num-experts' || width === undefined || experts(context) === undefined) return [];
      if (!context.absent('model.expertIntermediateSize') || hidesArguments(context)) return [];
      const frequency = context.fact('model.moeLayerFrequency')?.value ?? 1;
      const hasDense = layerList(frequency)?.includes(0) ?? frequency !== 1;
      return report(
        [all, context.written('model.intermediateSize')],
        `--moe-ffn-hidden-size is not set, so each expert is as wide as the dense MLP (${width}).`,
        { severity: hasDense ? 'warning' : 'info' },
      );
    },
  },
  {
    code: 'MG039',
    name: 'megatron/global-batch-divisible',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The global batch does not divide over microbatches and DP',
    why: 'Each data parallel rank runs the same number of microbatches per step: global batch / (microbatch · DP). Megatron-LM asserts that it is a whole number.',
    source: at('megatron/core/num_microbatches_calculator.py:381'),
    limits:
      "Silent with --rampup-batch-size. A hint only when the number of nodes is no more than the script's own fallback for an environment variable.",
    example: {
      language: 'bash',
      bad: '  --micro-batch-size 1 --global-batch-size 100   # DP 8',
      good: '  --micro-batch-size 1 --global-batch-size 104   # DP 8',
    },
    check(context) {
      const written = context.written('workload.globalBatchSize');
      const [global, micro] = [
        context.number('workload.globalBatchSize'),
        context.number('workload.microBatchSize'),
      ];
      const ranks = world(context);
      const dense = product(['layout.tp', 'layout.pp', 'layout.cp'].map((name) => size(context, name)));
      if (!written || !global || !micro || !ranks || !dense || ranks.ranks % dense !== 0) return [];
      if (!context.absent('megatron.rampupBatchSize')) return [];
      const dp = ranks.ranks / dense;
      const unit = micro * dp;
      if (global % unit === 0) return [];
      const below = Math.floor(global / unit) * unit;
      const near = [below, below + unit].filter((n) => n > 0);
      const what = factorsAndProduct([
        ['microbatch', micro],
        ['DP', dp],
      ]);
      return report(
        [written, context.written('workload.microBatchSize'), ...ranks.operands],
        `A global batch of ${global} does not divide by ${what}: use ${orList(near)}.`,
        { fixes: setTo(context, written, 'the global batch', near) },
      );
    },
  },
];
