import { pipelineStages } from '../../config/frameworks/shared/pipeline-stages';
import { count } from '../arithmetic';
import { hidesArguments } from '../command';
import type { Rule, RuleContext } from '../rule';
import { report, textOf } from './common';
import { isMegatronItself, megatronCore } from './megatron-shared';

const MTP = 'model.mtpLayers';

/** Layers for multi-token prediction, where they are sure. */
function predictionLayers(context: RuleContext): number | undefined {
  if (context.unresolved(MTP)) return undefined;
  if (context.written(MTP)) return context.number(MTP);
  return isMegatronItself(context) && context.absent(MTP) && !hidesArguments(context) ? 0 : undefined;
}

/** What is wrong with a layout, and the other option that it goes against. */
function* problems(context: RuleContext, stages: readonly string[]) {
  const letters = stages.join('');
  const held = (letter: string) => letters.split(letter).length - 1;
  if (!letters.startsWith('E') || held('E') !== 1) yield { text: 'it has to start with E, and hold it once' };
  if (!letters.endsWith('L')) yield { text: 'it has to end with L' };
  const pp = context.number('layout.pp');
  if (pp !== undefined && pp > 0 && stages.length % pp !== 0) {
    const text = `its ${count(stages.length, 'stage')} do not divide by PP ${pp}`;
    yield { text, against: context.written('layout.pp') };
  }
  const layers = context.number('model.layers');
  if (layers !== undefined && held('t') !== layers) {
    const text = `it holds ${count(held('t'), 'layer')} (t), and the model has ${layers}`;
    yield { text, against: context.written('model.layers') };
  }
  const prediction = predictionLayers(context);
  if (prediction !== undefined && held('m') !== prediction) {
    const text = `it holds ${count(held('m'), 'MTP layer')} (m), and the model has ${prediction}`;
    yield { text, against: context.written(MTP) };
  }
}

/** Rules on the layout of a pipeline that is written out. */
export const megatronPipelineLayoutRules: readonly Rule[] = [
  {
    code: 'MG050',
    name: 'megatron/pipeline-layout',
    severity: 'error',
    frameworks: megatronCore,
    summary: 'The pipeline layout does not hold the layers of the model',
    why: 'A pipeline layout names every layer once: E for the embedding, t for a layer, m for one of multi-token prediction, L for the loss, and | between stages. Megatron-LM asserts that the layers are as many as the model has, that E is first and L last, and that the stages divide by PP.',
    source:
      'NVIDIA/Megatron-LM@00caa53a: megatron/core/transformer/pipeline_parallel_layer_layout.py (parse_str_to_list, validate_layer_layout)',
    limits:
      'Silent on layouts that are Python lists on a command line, for patterns of hybrid layers, and on m where --mtp-num-layers may stand in a part of the command that cannot be followed.',
    example: {
      language: 'bash',
      bad: '  --num-layers 14 --pipeline-model-parallel-size 2 --pipeline-model-parallel-layout "Et*7|t*6L"',
      good: '  --num-layers 14 --pipeline-model-parallel-size 2 --pipeline-model-parallel-layout "Et*7|t*7L"',
    },
    check(context) {
      const layout = context.written('megatron.pipelineModelParallelLayout');
      const stages = pipelineStages(textOf(layout) ?? '');
      if (!layout || !stages || !context.absent('megatron.hybridLayerPattern')) return [];
      return [...problems(context, stages)].flatMap(({ text, against }) =>
        report([layout, against], `The layout does not fit: ${text}.`),
      );
    },
  },
];
