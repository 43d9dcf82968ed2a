import { findPreset } from '../../../src/catalog/models';
import { presetFacts } from '../../../src/config/preset';
import { RefusedScenario } from '../../../src/scenario/refusals/refusal';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { ModelScenario } from '../../../src/scenario/scenario';
import { countParameters } from '../../../src/sim/parameters/count';
import type { AccuracyRow, AccuracyTable } from '../report/table';

/**
 * A published model, from its config as the product reads it.
 * @throws when the catalog has no preset of that name or its config cannot be simulated
 */
export function modelOf(name: string): ModelScenario {
  const { scenario, refusals } = resolveScenario({
    framework: 'huggingface',
    facts: presetFacts(findPreset(name)!),
  });
  if (scenario === null) throw new Error(`${name}: ${new RefusedScenario(refusals).message}`);
  return scenario.model;
}

/**
 * [model of the catalog, total, active] as they are published: in the metadata or headers of its safetensors files, vision
 * towers left out, or in its model card. Active ones count routed experts top-k times and leave nothing else out.
 */
export const publishedParameters: readonly (readonly [string, number, number])[] = [
  ['mistralai/Mixtral-8x7B-v0.1', 46_702_792_704, 12_879_925_248],
  ['mistralai/Mixtral-8x22B-v0.1', 140_620_634_112, 39_152_031_744],
  ['mistralai/Mixtral-8x22B-v0.3', 140_630_071_296, 39_161_468_928],
  ['Qwen/Qwen3-30B-A3B', 30_532_122_624, 3_353_032_704],
  ['Qwen/Qwen3-235B-A22B', 235_093_634_560, 22_190_763_520],
  ['Qwen/Qwen2-57B-A14B', 57_408_658_944, 14_249_270_784],
  ['Qwen/Qwen3-Coder-480B-A35B-Instruct', 480_154_875_392, 35_474_765_312],
  ['Qwen/Qwen3-Next-80B-A3B-Instruct', 79_674_391_296, 3_874_929_408],
  ['Qwen/Qwen3.5-35B-A3B', 34_660_610_688, 3_454_988_928],
  ['Qwen/Qwen3.5-122B-A10B', 122_111_526_912, 9_771_288_576],
  ['Qwen/Qwen3.5-397B-A17B', 396_346_350_336, 17_349_040_896],
  ['deepseek-ai/DeepSeek-V2', 235_741_434_880, 21_375_800_320],
  ['deepseek-ai/DeepSeek-V2-Lite', 15_706_484_224, 2_661_150_208],
  ['deepseek-ai/DeepSeek-V3', 671_026_419_200, 37_552_297_472],
  ['deepseek-ai/DeepSeek-V3.2', 671_877_944_064, 38_403_822_336],
  ['moonshotai/Moonlight-16B-A3B', 15_960_110_208, 2_914_776_192],
  ['meituan-longcat/LongCat-Flash-Chat', 560_664_980_480, 27_954_818_048],
  ['zai-org/GLM-4.5', 352_797_829_024, 33_632_266_144],
  ['zai-org/GLM-4.5-Air', 106_852_251_264, 13_424_129_664],
  ['openai/gpt-oss-120b', 116_829_156_672, 5_711_982_912],
  ['openai/gpt-oss-20b', 20_914_757_184, 4_187_440_704],
  ['allenai/OLMoE-1B-7B-0924', 6_919_161_856, 1_282_017_280],
  ['meta-llama/Llama-4-Scout-17B-16E', 107_769_861_120, 17_172_894_720],
  ['meta-llama/Llama-4-Maverick-17B-128E', 400_711_848_960, 17_184_691_200],
  ['MiniMaxAI/MiniMax-M2', 228_689_764_864, 11_030_553_088],
  ['nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', 31_577_940_288, 3_580_076_352],
  ['nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16', 120_668_707_840, 12_770_237_440],
];

export function parameterTables(): AccuracyTable[] {
  return [
    {
      title: 'Parameters',
      unit: 'parameters',
      about:
        'Totals from the safetensors metadata or headers of the published checkpoints, vision towers left out, or from the model cards; active counts routed experts top-k times and nothing else out.',
      rows: publishedParameters.flatMap(([name, total, active]): AccuracyRow[] => {
        const count = countParameters(modelOf(name));
        return [
          { label: `${name}, total`, measured: total, predicted: count.total, use: 'not fitted' },
          { label: `${name}, active`, measured: active, predicted: count.active, use: 'not fitted' },
        ];
      }),
      limits: { max: 0 },
    },
  ];
}
