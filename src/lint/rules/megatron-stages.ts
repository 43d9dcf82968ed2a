import type { Fact } from '../../config/fact';
import { count, neighbours, orList } from '../arithmetic';
import { hidesArguments } from '../command';
import type { Rule, RuleContext } from '../rule';
import { report, setTo } from './common';
import { megatronCore } from './megatron-shared';

const SOURCE =
  'NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py (__post_init__, uneven PP)';
const FIRST = 'megatron.decoderFirstPipelineNumLayers';
const LAST = 'megatron.decoderLastPipelineNumLayers';
const LAYOUT = 'megatron.pipelineModelParallelLayout';
const ACCOUNTING = ['megatron.accountForEmbeddingInPipelineSplit', 'megatron.accountForLossInPipelineSplit'];

/** What the stages between the first and the last have to share. */
interface Middle {
  readonly layers: number;
  readonly stages: number;
}

const isEven = ({ layers, stages }: Middle): boolean =>
  stages === 0 ? layers === 0 : layers > 0 && layers % stages === 0;

/** Stages of their own size, and what they leave for the others. */
function parted(context: RuleContext, ends: readonly Fact[]): Middle | undefined {
  const [layers, pp] = [context.number('model.layers'), context.number('layout.pp')];
  if (layers === undefined || pp === undefined || pp < 2) return undefined;
  const own = ends.reduce((sum, { value }) => sum + Number(value), 0);
  return { layers: layers - own, stages: pp - ends.length };
}

/** A model of more layers is a slip of the keyboard. */
const MOST_LAYERS = 10_000;

/** Whether every stage between the ends has the same number of layers in each of its chunks. */
const isEvenIn = (chunks: number, { layers, stages }: Middle): boolean =>
  isEven({ layers, stages }) && (stages === 0 || (layers / stages) % chunks === 0);

/** Sizes of one end, near the written one, with which it and the others divide into chunks. */
function fitting({ layers, stages }: Middle, end: Fact, chunks = 1): number[] {
  const size = Number(end.value);
  if (layers + size > MOST_LAYERS) return [];
  const sizes = Array.from({ length: Math.max(0, layers + size) }, (_, i) => i + 1);
  return neighbours(
    sizes.filter((n) => n % chunks === 0 && isEvenIn(chunks, { layers: layers + size - n, stages })),
    size,
  );
}

/** The written ends, the last one first; none where one of them cannot be seen. */
const endsOf = (context: RuleContext): readonly Fact[] =>
  [FIRST, LAST].some((name) => context.unresolved(name))
    ? []
    : [LAST, FIRST].flatMap((name) => context.written(name) ?? []);

/** Rules on pipeline stages that are not equal. */
export const megatronStageRules: readonly Rule[] = [
  {
    code: 'MG049',
    name: 'megatron/uneven-stages',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The stages between the first and the last do not divide the layers',
    why: 'The first and the last pipeline stage may have a size of their own; all stages between them have the same. Megatron-LM raises when the layers that are left do not divide by these stages, and when a layout or the accounting for embedding and loss is given besides.',
    source: SOURCE,
    limits:
      'Silent when the size of the other end may stand in a part of the command that cannot be followed, and for patterns of hybrid layers.',
    example: {
      language: 'bash',
      bad: '  --num-layers 61 --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 6',
      good: '  --num-layers 61 --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 5',
    },
    check(context) {
      const ends = [...endsOf(context)].reverse();
      const end = ends.at(-1);
      if (!end) return [];
      const other = [LAYOUT, ...ACCOUNTING]
        .map((name) => context.written(name))
        .find((fact) => fact !== undefined);
      if (other)
        return report([other, end], `${other.key} and ${end.key} both part the layers: keep one of them.`);
      if (ends.length < 2 && hidesArguments(context)) return [];
      if (!context.absent('megatron.hybridLayerPattern')) return [];
      const middle = parted(context, ends);
      if (!middle || isEven(middle)) return [];
      const near = fitting(middle, end);
      const advice = near.length > 0 ? `: use ${end.key} ${orList(near)}` : '';
      const own = ends.map(({ key, value }) => `${key} ${value}`).join(' and ');
      const left = `${count(middle.layers, 'layer')} for ${count(middle.stages, 'other stage')}`;
      const verb = ends.length > 1 ? 'leave' : 'leaves';
      const problem = middle.stages === 0 ? left : `${left}, over which they do not divide`;
      return report(
        [end, ...ends.slice(0, -1), context.written('layout.pp'), context.written('model.layers')],
        `${own} ${verb} ${problem}${advice}.`,
        { fixes: setTo(context, end, end.key, near) },
      );
    },
  },
  {
    code: 'MG054',
    name: 'megatron/uneven-stages-in-chunks',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'A stage of its own size does not divide into model chunks',
    why: 'With an interleaved schedule every stage holds the same number of model chunks, also the first and the last one of a size of their own, and all chunks of a stage have the same number of layers. Megatron-LM raises when they do not divide, and asserts that the chunks are said as --num-virtual-stages-per-pipeline-rank there.',
    source: `${SOURCE}; megatron/training/arguments.py (validate_args, virtual pipeline)`,
    limits: 'Silent where MG049 reports the same stages, and for patterns of hybrid layers.',
    example: {
      language: 'bash',
      bad: '  --num-layers 62 --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 6 --num-virtual-stages-per-pipeline-rank 4',
      good: '  --num-layers 62 --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 6 --num-virtual-stages-per-pipeline-rank 2',
    },
    check(context) {
      const ends = endsOf(context);
      const [end] = ends;
      const isHidden = hidesArguments(context);
      if (!end || !context.absent('megatron.hybridLayerPattern')) return [];
      const perChunk = context.written('megatron.numLayersPerVirtualPipelineStage');
      if (perChunk?.key.startsWith('--') && context.absent('layout.vpp') && !isHidden) {
        return report(
          [perChunk, ...ends],
          `${perChunk.key} is for equal stages: beside ${end.key} say the chunks of a stage with --num-virtual-stages-per-pipeline-rank.`,
        );
      }
      const chunks = context.written('layout.vpp');
      const n = Number(chunks?.value);
      if (!chunks || !(n > 1)) return [];
      const middle = ends.length < 2 && isHidden ? undefined : parted(context, ends);
      const uneven = ends.find(({ value }) => Number(value) % n !== 0);
      if (uneven) {
        const near = middle ? fitting(middle, uneven, n) : [];
        const advice = near.length > 0 ? `: use ${orList(near)}, or other chunks` : '';
        return report(
          [uneven, chunks],
          `${uneven.key} ${uneven.value} does not divide into ${n} chunks${advice}.`,
          { fixes: setTo(context, uneven, uneven.key, near) },
        );
      }
      if (!middle || !isEven(middle) || isEvenIn(n, middle)) return [];
      return report(
        [chunks, ...ends, context.written('layout.pp'), context.written('model.layers')],
        `${ends.length > 1 ? 'Stages between the ends have' : 'The other stages have'} ${count(middle.layers / middle.stages, 'layer')} each, which ${middle.layers / middle.stages === 1 ? 'does' : 'do'} not divide into ${n} chunks: use other chunks, or another size of the ends.`,
      );
    },
  },
];
