import { describe, expect, it } from 'vitest';
import { countParameters } from '../../src/sim/parameters/count';
import { models } from './models';
import { modelOf, publishedParameters } from './tables/parameters';

const countOf = (name: string) => countParameters(modelOf(name));

<<<<<<< HEAD
=======
/**
 * Totals from the safetensors metadata or headers of the published checkpoints, vision towers left out, or from the model
 * cards; active counts routed experts top-k times and leaves nothing else out.
 */
const published: readonly [name: string, total: number, active: number][] = [
  ['mistralai/Mixtral-8x7B-v0.1', 46_702_792_704, 12_879_925_248],
  ['mistralai/Mixtral-8x22B-v0.1', 140_620_634_112, 39_152_031_744],
  ['mistralai/Mixtral-8x22B-v0.3', 140_630_071_296, 39_161_468_928],
  ['deepseek-ai/DeepSeek-V3', 671_026_419_200, 37_552_297_472],
  ['deepseek-ai/DeepSeek-V2', 235_741_434_880, 21_375_800_320],
  ['deepseek-ai/DeepSeek-V2-Lite', 15_706_484_224, 2_661_150_208],
  ['deepseek-ai/DeepSeek-V3.2', 671_877_944_064, 38_403_822_336],
  ['Qwen/Qwen3-235B-A22B', 235_093_634_560, 22_190_763_520],
  ['Qwen/Qwen3-30B-A3B', 30_532_122_624, 3_353_032_704],
  ['Qwen/Qwen2-57B-A14B', 57_408_658_944, 14_249_270_784],
  ['Qwen/Qwen3-Coder-480B-A35B-Instruct', 480_154_875_392, 35_474_765_312],
  ['Qwen/Qwen3-Next-80B-A3B-Instruct', 79_674_391_296, 3_874_929_408],
  ['Qwen/Qwen3.5-35B-A3B', 34_660_610_688, 3_454_988_928],
  ['Qwen/Qwen3.5-122B-A10B', 122_111_526_912, 9_771_288_576],
  ['Qwen/Qwen3.5-397B-A17B', 396_346_350_336, 17_349_040_896],
  ['openai/gpt-oss-120b', 116_829_156_672, 5_711_982_912],
  ['openai/gpt-oss-20b', 20_914_757_184, 4_187_440_704],
  ['allenai/OLMoE-1B-7B-0924', 6_919_161_856, 1_282_017_280],
  ['zai-org/GLM-4.5', 352_797_829_024, 33_632_266_144],
  ['zai-org/GLM-4.5-Air', 106_852_251_264, 13_424_129_664],
  ['meta-llama/Llama-4-Scout-17B-16E', 107_769_861_120, 17_172_894_720],
  ['meta-llama/Llama-4-Maverick-17B-128E', 400_711_848_960, 17_184_691_200],
  ['moonshotai/Moonlight-16B-A3B', 15_960_110_208, 2_914_776_192],
  ['nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', 31_577_940_288, 3_580_076_352],
  ['nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16', 120_668_707_840, 12_770_237_440],
  ['MiniMaxAI/MiniMax-M2', 228_689_764_864, 11_030_553_088],
  ['meituan-longcat/LongCat-Flash-Chat', 560_664_980_480, 27_954_818_048],
];

>>>>>>> 40b4b7c (Say what each model family counts and what its figures rest on)
describe('parameter counts are those of the published checkpoints, to the last digit', () => {
  it.each(publishedParameters)('%s', (name, total, active) => {
    expect(countOf(name)).toMatchObject({ total, active });
  });

  it('of models as hand-written descriptions have them', () => {
    for (const model of Object.values(models)) {
      const row = publishedParameters.find(([name]) => name === model.name);
      if (row) expect(countParameters(model)).toMatchObject({ total: row[1], active: row[2] });
    }
  });
});

describe('checkpoints that hold more than the main model', () => {
  it('DeepSeek-R1: an MTP module with its copies of embedding and head', () => {
    expect(countOf('DeepSeek-R1').stored).toBe(684_489_845_504);
  });
  it('DeepSeek-V3.2: the same, with an indexer', () => {
    expect(countOf('DeepSeek-V3.2').stored).toBe(685_355_329_792);
  });
  it('GLM-4.5 stores the copies, GLM-4.6 the module alone; GLM-4.5-Air stores the copies', () => {
    const glm = countOf('GLM-4.5');
    expect(glm.withMtp).toBe(356_785_898_816);
    expect(glm.stored).toBe(358_337_791_296);
    expect(countOf('GLM-4.5-Air').stored).toBe(110_468_824_832);
  });
  it('Qwen3.5 stores no copies: 844,640,768 and 2,523,679,232 weights of the MTP module', () => {
    for (const [name, module] of [
      ['Qwen3.5-35B-A3B', 844_640_768],
      ['Qwen3.5-122B-A10B', 2_523_679_232],
    ] as const) {
      const { total, withMtp, stored } = countOf(name);
      expect(withMtp! - total).toBe(module);
      expect(stored).toBe(withMtp);
    }
  });
  it('Qwen3-Next: its config names no MTP module; the checkpoints of Instruct and Thinking have one, Coder-Next none', () => {
    const model = modelOf('Qwen3-Next-80B-A3B-Instruct');
    expect(countParameters(model).withMtp).toBeNull();
    expect(countParameters({ ...model, mtpLayers: 1 }).stored).toBe(81_324_862_720);
  });
  it('LongCat-Flash: an MTP module of dense layers, with one table', () => {
    expect(countOf('LongCat-Flash-Chat').stored).toBe(561_862_880_256);
  });
  it('GLM-5 and GLM-5.2: an MTP module without copies; fewer indexers in GLM-5.2', () => {
    expect(countOf('GLM-5').stored).toBe(753_864_139_008);
    expect(countOf('GLM-5.2').stored).toBe(753_329_940_480);
  });
  it('MiniMax-M2.5: an FP32 scale for every 128 × 128 block of its FP8 weights', () => {
    const { total } = countOf('MiniMax-M2.5');
    const block = 128 ** 2;
    const expertScales = 62 * 256 * ((3 * 3072 * 1536) / block);
    const attentionScales = 62 * ((2 * 3072 * (48 + 8) * 128) / block);
    expect(total + expertScales + attentionScales).toBe(228_703_644_928);
  });
});

describe('published totals that are not met, and by how much', () => {
  it('Nemotron-3-Nano: 31,577,937,344 are without the correction biases of its 23 routers', () => {
    expect(countOf('Nemotron-3-Nano').total).toBe(31_577_937_344 + 23 * 128);
  });
  it('Nemotron-3-Super: 123,611,012,096 are without the correction biases of its 41 routers', () => {
    expect(countOf('Nemotron-3-Super').withMtp).toBe(123_611_012_096 + 41 * 512);
  });
  it('Moonlight: 15,960,111,936 are 1,728 more, of which no source is known', () => {
    expect(15_960_111_936 - countOf('Moonlight-16B-A3B').total).toBe(1_728);
  });
  it('Llama 4: the vision tower and its projector, the same in both', () => {
    expect(108_641_793_536 - countOf('Llama-4-Scout-17B-16E').total).toBe(871_932_416);
    expect(401_583_781_376 - countOf('Llama-4-Maverick-17B-128E').total).toBe(871_932_416);
  });
});
