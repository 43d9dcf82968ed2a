import type { Fact } from '../../config/fact';
import { count, neighbours, orList } from '../arithmetic';
import { hidesArguments } from '../command';
import type { Rule, RuleContext } from '../rule';
import { report, setTo } from './common';
import { megatronCore } from './megatron-shared';

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

/** Sizes of one end, near the written one, with which the others divide. */
function fitting({ layers, stages }: Middle, end: Fact): number[] {
  const size = Number(end.value);
  if (layers + size > MOST_LAYERS) return [];
  const sizes = Array.from({ length: Math.max(0, layers + size) }, (_, i) => i + 1);
  return neighbours(
    sizes.filter((n) => isEven({ layers: layers + size - n, stages })),
    size,
  );
}

/** Rules on pipeline stages that are not equal. */
export const megatronStageRules: readonly Rule[] = [
  {
    code: 'MG049',
    name: 'megatron/uneven-stages',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The stages between the first and the last do not divide the layers',
    why: 'The first and the last pipeline stage may have a size of their own; all stages between them have the same. Megatron-LM raises when the layers that are left do not divide by these stages, and when a layout or the accounting for embedding and loss is given besides.',
    source:
      'NVIDIA/Megatron-LM@002526d8: megatron/core/transformer/transformer_config.py (__post_init__, uneven PP)',
    limits:
      'Silent when the size of the other end may stand in a part of the command that cannot be followed, and for patterns of hybrid layers.',
    example: {
      language: 'bash',
      bad: '  --num-layers 61 --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 6',
      good: '  --num-layers 61 --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 5',
    },
    check(context) {
      const ends = [FIRST, LAST].flatMap((name) => context.written(name) ?? []);
      const [end] = [...ends].reverse();
      if (!end || [FIRST, LAST].some((name) => context.unresolved(name))) return [];
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
];
