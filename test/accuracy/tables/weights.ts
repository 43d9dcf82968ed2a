import type { ModelScenario } from '../../../src/scenario/scenario';
import { weightBytes } from '../../../src/sim/memory/weight-bytes';
import { denseParametersPerRank, expertParametersPerRank } from '../../../src/sim/parameters/rank';
import { pipelineStages } from '../../../src/sim/parameters/stages';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import { layoutOf } from '../scenarios';
import { modelOf } from './parameters';

const GB = 1e9;
const GIB_IN_GB = 2 ** 30 / GB;

/** Bytes of a whole checkpoint in its storage format, MTP modules and their copies of tables included, GB. */
function storedGB(model: ModelScenario): number {
  const [stage] = pipelineStages(model, layoutOf({ gpus: 1 }));
  const dense = denseParametersPerRank(model, stage!, 1);
  const linear = dense.attention + dense.mlp;
  const copies = model.mtpLayers * model.mtp.storedTables * model.vocabSize * model.hiddenSize;
  const format = weightBytes[model.weightDtype];
  const experts = expertParametersPerRank(model, stage!, model.routedExperts, 1);
  return (experts * format.experts + linear * format.linear + 2 * (dense.total - linear + copies)) / GB;
}

const row = (label: string, model: ModelScenario, measured: number): AccuracyRow => ({
  label,
  predicted: storedGB(model),
  measured,
  use: 'not fitted',
});

export function weightTables(): AccuracyTable[] {
  const mixtral = modelOf('Mixtral-8x7B-v0.1');
  return [
    {
      title: 'Stored weights',
      unit: 'GB',
      about:
        'Sizes of published checkpoints: the files of deepseek-ai/DeepSeek-V3 with its MTP module, arXiv 2508.10925 Table 1 (gpt-oss), and the cards of TheBloke/Mixtral-8x7B-Instruct-v0.1-AWQ and -GPTQ. A serving engine holds the same bytes, MTP modules left out, over its ranks.',
      rows: [
        row('DeepSeek-V3, FP8 in blocks', modelOf('DeepSeek-V3'), 688.586727753),
        row('gpt-oss-120b, MXFP4 experts', modelOf('gpt-oss-120b'), 60.8 * GIB_IN_GB),
        row('gpt-oss-20b, MXFP4 experts', modelOf('gpt-oss-20b'), 12.8 * GIB_IN_GB),
        row('Mixtral 8x7B, AWQ in groups of 128', modelOf('Mixtral-8x7B-v0.1-AWQ'), 24.65),
        row('Mixtral 8x7B, GPTQ of 8 bits', { ...mixtral, weightDtype: 'int8' }, 47.04),
      ],
      limits: { max: 0.002 },
    },
  ];
}
