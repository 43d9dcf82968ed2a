type JsonScalar = string | number | boolean | null;
/** The keys of a Hugging Face `config.json` that describe the architecture, spelled as there. */
export type PresetConfig = Readonly<
  Record<string, JsonScalar | readonly JsonScalar[] | Readonly<Record<string, JsonScalar>>>
>;

/** A published model by the facts of its config. */
export interface ModelPreset {
  /** Name on the Hugging Face Hub. */
  readonly id: string;
  /** Other names of the same architecture, without the owner: on the Hub, and those that trainers give checkpoints and recipes. */
  readonly aliases: readonly string[];
  /** Where the facts come from. */
  readonly source: string;
  readonly config: PresetConfig;
}

/** FP8 in blocks, as DeepSeek, Qwen and others publish it. */
export const FP8 = { quant_method: 'fp8' } as const;

/** Where the facts of a config on the Hub come from. */
export const hub = (id: string) => `config.json of ${id} on the Hugging Face Hub`;
