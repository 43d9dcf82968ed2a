import { countParameters } from '../../../src/sim/parameters/count';
import { type ModelKey, models } from '../models';
import type { AccuracyRow, AccuracyTable } from '../report/table';

/**
 * Totals from the safetensors metadata of the published checkpoints or the model cards, as collected with
 * the formulas of the families; active counts routed experts top-k times and nothing else out.
 */
export const publishedParameters: readonly [ModelKey, total: number, active: number][] = [
  ['mixtral8x7b', 46_702_792_704, 12_879_925_248],
  ['mixtral8x22b', 140_620_634_112, 39_152_031_744],
  ['deepseekV3', 671_026_419_200, 37_552_297_472],
  ['deepseekV2', 235_741_434_880, 21_375_800_320],
  ['deepseekV2Lite', 15_706_484_224, 2_661_150_208],
  ['qwen3With235b', 235_093_634_560, 22_190_763_520],
  ['qwen3With30b', 30_532_122_624, 3_353_032_704],
  ['gptOss120b', 116_829_156_672, 5_711_982_912],
  ['gptOss20b', 20_914_757_184, 4_187_440_704],
  ['qwen2With57b', 57_408_658_944, 14_249_270_784],
];

export function parameterTables(): AccuracyTable[] {
  return [
    {
      title: 'Parameters',
      unit: 'parameters',
      about:
        'Totals from the safetensors metadata of the published checkpoints or the model cards; active counts routed experts top-k times and nothing else out.',
      rows: publishedParameters.flatMap(([key, total, active]): AccuracyRow[] => {
        const count = countParameters(models[key]);
        const name = models[key].name;
        return [
          { label: `${name}, total`, measured: total, predicted: count.total, use: 'not fitted' },
          { label: `${name}, active`, measured: active, predicted: count.active, use: 'not fitted' },
        ];
      }),
      limits: { max: 0 },
    },
  ];
}
