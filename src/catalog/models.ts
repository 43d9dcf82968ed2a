import { DEEPSEEK_PRESETS } from './presets/deepseek';
import { GLM_PRESETS } from './presets/glm';
import { MISTRAL_PRESETS } from './presets/mistral';
import { MOONSHOT_PRESETS } from './presets/moonshot';
import { OPEN_PRESETS } from './presets/open';
import { FP8, type ModelPreset, type PresetConfig } from './presets/preset';
import { QWEN_PRESETS } from './presets/qwen';

/** Published models by Hub name. Tests check their parameter counts against the published ones. */
export const MODEL_PRESETS: readonly ModelPreset[] = [
  ...MISTRAL_PRESETS,
  ...QWEN_PRESETS,
  ...DEEPSEEK_PRESETS,
  ...MOONSHOT_PRESETS,
  ...GLM_PRESETS,
  ...OPEN_PRESETS,
];

/** Ends of names that change how the weights are stored, and nothing else. */
const FORMATS: readonly {
  readonly pattern: RegExp;
  readonly quantisation: PresetConfig[string] | undefined;
}[] = [
  { pattern: /-fp8(-dynamic|-block)?$/, quantisation: FP8 },
  { pattern: /-(nv)?fp4$/, quantisation: { quant_method: 'modelopt', quant_algo: 'NVFP4' } },
  { pattern: /-(awq|gptq|gptq-int4|int4|w4a16)$/, quantisation: { quant_method: 'awq', bits: 4 } },
  { pattern: /-bf16$/, quantisation: undefined },
];

/** Ends of names that change the weights' values and nothing else: what they were trained for, and when (`-0528`, `-2507`). */
const TUNINGS = /-(instruct|thinking|chat|base|preview|(0[1-9]|1[0-2])[0-3]\d|2\d(0[1-9]|1[0-2]))$/;

/** Ends of folders that a checkpoint was converted into: `-mcore`, `_torch_dist`, `-to-mcore-tp2-pp4`. */
const CONVERTED = /[-_](to[-_])?(mcore|megatron|torch[-_]dist|mcore[-_]dist)([-_](bf16|tp\d+|pp\d+|ep\d+))*$/;

const CACHED = /models--([^/\\]+)--([^/\\]+)/;

/** The model's own name in a Hub id, a path, or the folder name of the Hub's local cache. */
function lastPart(name: string): string {
  const cached = CACHED.exec(name)?.[2];
  const parts = name.split(/[/\\]/).filter((part) => part !== '');
  return (cached ?? parts.at(-1) ?? '').toLowerCase();
}

/** Dots, dashes and underscores stand for each other in names of files and functions: `qwen35_35b_a3b`. */
const letters = (name: string): string => name.replace(/[-_.]/g, '');

const BY_LETTERS: ReadonlyMap<string, ModelPreset> = new Map(
  [...MODEL_PRESETS]
    .reverse()
    .flatMap((preset) =>
      [preset.id, ...preset.aliases].map((name) => [letters(lastPart(name)), preset] as const),
    ),
);

/** The model of that name, or of what follows its owner in the name of a folder: `deepseek-ai_DeepSeek-V3`. */
function byPlainName(name: string): ModelPreset | undefined {
  const withoutOwner = /^[a-z\d][a-z\d.-]*?(?:__?|--)([a-z].*)$/.exec(name)?.[1];
  return BY_LETTERS.get(letters(name)) ?? BY_LETTERS.get(letters(withoutOwner ?? ''));
}

function stored(
  preset: ModelPreset,
  name: string,
  quantisation: PresetConfig[string] | undefined,
): ModelPreset {
  const { quantization_config: _, ...plain } = preset.config;
  const config = quantisation === undefined ? plain : { ...plain, quantization_config: quantisation };
  const [, owner, model] = CACHED.exec(name) ?? [];
  return { ...preset, id: owner === undefined ? name : `${owner}/${model}`, config };
}

/**
 * The preset of a Hub id, a local path, or a bare name, whatever its case.
 * `-FP8`, `-AWQ` and the like change its storage format, `-Instruct` and the like nothing.
 */
export function findPreset(name: string): ModelPreset | undefined {
  let rest = lastPart(name).replace(CONVERTED, '');
  // Ends of names are told from the rest by dashes.
  if (!rest.includes('-')) rest = rest.replaceAll('_', '-');
  let format: (typeof FORMATS)[number] | undefined;
  for (let cut = 0; cut < 5; cut++) {
    const preset = byPlainName(rest);
    if (preset !== undefined) {
      return format === undefined ? preset : stored(preset, name, format.quantisation);
    }
    const ending = format === undefined ? FORMATS.find(({ pattern }) => pattern.test(rest)) : undefined;
    if (ending !== undefined) {
      format = ending;
      rest = rest.replace(ending.pattern, '');
    } else if (TUNINGS.test(rest)) rest = rest.replace(TUNINGS, '');
    else return undefined;
  }
  return undefined;
}
