import { describe, expect, it } from 'vitest';
import { countParameters } from '../../src/sim/parameters/count';
import { type ModelKey, models } from './models';

/**
 * Totals from the safetensors metadata of the published checkpoints or the model cards, as collected with
 * the formulas of the families; active counts routed experts top-k times and nothing else out.
 */
const published: readonly [ModelKey, total: number, active: number][] = [
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

describe('parameter counts are those of the published checkpoints, to the last digit', () => {
  it.each(published)('%s', (name, total, active) => {
    const count = countParameters(models[name]);
    expect(count.total).toBe(total);
    expect(count.active).toBe(active);
  });

  it('DeepSeek-R1 with its MTP module and the copies its checkpoint stores', () => {
    expect(countParameters(models.deepseekV3).stored).toBe(684_489_845_504);
  });
});
