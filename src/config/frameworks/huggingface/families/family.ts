import type { FactValue } from '../../../fact';
import { COMMON_KEYS, type KeySpec } from '../keys';
import type { LayerRule } from '../rules/layers';
import type { MixerRule } from '../rules/mixers';
import type { SharedRule } from '../rules/shared';

/** A Hugging Face family that the simulator knows. Everything special about a family stands in its entry. */
export interface Family {
  /** `model_type` that the family's own class has. */
  readonly id: string;
  readonly title: string;
  readonly modelTypes: readonly string[];
  /** For configs whose `model_type` is another name for the same class. */
  readonly architectures: readonly string[];
  /** A key that is `false` in this family's configs, where another family has the same names. */
  readonly onlyWithout?: string;
  /** Published models of the family, and what its layers are, in words: its row of docs/families.md. */
  readonly models: string;
  readonly layersAre: string;
  /** `decoder_block` of MaxText that makes the same layers. */
  readonly maxtextBlock?: string;
  /** Where the defaults below come from. */
  readonly source: string;
  readonly attention: 'gqa' | 'mla';
  /** Keys of its own, which come before the common ones; a dot leads into a nested section. */
  readonly keys?: readonly KeySpec[];
  /** What `intermediate_size` is the width of. */
  readonly intermediateIs: 'dense' | 'expert' | 'both';
  /** What the shared experts are: see the rules. */
  readonly shared: SharedRule;
  /** How the file says which layers are MoE. */
  readonly layers: LayerRule;
  /** Leading dense layers where the file names none, for rules that look for a list first; 0 if left out. */
  readonly firstDense?: number;
  /** How the file says which layers attend to all tokens, to a window, or keep a recurrent state. */
  readonly mixers: MixerRule;
  /** Projections that `attention_bias` puts a bias on. */
  readonly attentionBias: 'none' | 'qkv' | 'all';
  /** The kind of norm on queries and keys that `use_qk_norm` turns on. */
  readonly useQkNorm?: 'per-head' | 'full-width';
  /**
   * Where the file has no list: full attention in one of `every` layers, or of as many as `key` says, the last of them or
   * the first, and a window in the others.
   */
  readonly fullAttention?: { readonly every: number; readonly key?: string; readonly isFirst?: true };
  /** Keys that, set, bring parts which this entry does not describe, and what those are. */
  readonly unknownVariants?: Readonly<Record<string, string>>;
  /** False where no bias per expert corrects the scores unless `topk_method` says so; unused where `implied` tells. */
  readonly correctsScores?: false;
  /** The router may limit the groups of experts that a token uses. */
  readonly groupLimited?: boolean;
  /** False where it is not known what its multi-token-prediction modules hold: they are left out then. */
  readonly mtpKnown?: false;
  /** Values of keys that are absent, by fact name. */
  readonly defaults: Readonly<Record<string, FactValue>>;
  /** What the modelling code does whatever the file says, by fact name; `implementation` names the code. */
  readonly implied: Readonly<Record<string, FactValue>>;
  readonly implementation: string;
}

/** What is special to one model type of a class that several share. */
export type SharedFamily = Omit<
  Family,
  'id' | 'title' | 'modelTypes' | 'architectures' | 'models' | 'layersAre'
>;

/** The keys that a family's configs are read by: its own, then the common ones that it does not read in its own way. */
export function keysOf({ keys: own = [] }: Family): readonly KeySpec[] {
  const common = COMMON_KEYS.filter(
    ({ key, name }) => !own.some((spec) => spec.key === key && spec.name === name),
  );
  return [...own, ...common];
}

/** What the modelling code of most families does. */
export const PLAIN = {
  'model.qkNorm': 'none',
  'model.attentionSinks': false,
  'model.expertBias': false,
} as const;

/** A softmax router without a correction bias, as most families before DeepSeek-V3 have it. */
export const SOFTMAX_ROUTER = {
  'model.router.scoreFunction': 'softmax',
  'model.router.correctionBias': false,
} as const;

/** A sigmoid router whose scores are corrected by a bias per expert before the top-k. */
export const CORRECTED_ROUTER = {
  'model.router.scoreFunction': 'sigmoid',
  'model.router.correctionBias': true,
} as const;

export const NO_BIAS = { 'model.qkvBias': false, 'model.outputBias': false } as const;
