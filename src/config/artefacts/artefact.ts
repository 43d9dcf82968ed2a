import type { TokenChoices } from './token-sample';

/** Ids of the formats of placements, expert loads and routing traces. */
export type ArtefactFormatId =
  | 'sglang-expert-location'
  | 'eplb'
  | 'trtllm-load-balancer'
  | 'vllm-ascend-expert-map'
  | 'megatron-router-trace'
  | 'moe-balance-trace'
  | 'expert-load-csv'
  | 'pytorch'
  | 'pickle'
  | 'numpy'
  | 'safetensors';

/** Something about an artefact that its reader should know. */
export interface ArtefactProblem {
  readonly severity: 'error' | 'warning';
  /** Of the first place where it shows. */
  readonly message: string;
  /** Line of that place, from 1. */
  readonly line: number;
  /** How often it shows in the file. */
  readonly times: number;
}

/** A layer as the file numbers it. */
export interface LayerName {
  readonly number: number;
  /** Index of the MTP module that the layer stands in; absent: in the decoder. */
  readonly mtp?: number;
}

interface ArtefactBase {
  readonly file: string;
  readonly format: ArtefactFormatId;
  /** What the format is called on screen. */
  readonly title: string;
  readonly problems: readonly ArtefactProblem[];
}

interface LayeredArtefact extends ArtefactBase {
  /** One per row of the figures below, in their order. */
  readonly layers: readonly LayerName[];
  /** Logical experts of a layer: the largest id that occurs + 1, or the longest row. */
  readonly experts: number;
}

/** Which logical expert lives in which slot (physical expert). Slots are in rank order. */
export interface PlacementArtefact extends LayeredArtefact {
  readonly kind: 'placement';
  /** [layers][slots]: logical ids; -1 where the file has no usable id. Rows may differ in length: `problems` says so. */
  readonly physicalToLogical: readonly Int32Array[];
  /** Slots of a layer, of the longest row. */
  readonly slots: number;
  /** Layers that the engine places anew after every iteration; 0 or absent: the placement stays. */
  readonly layerUpdatesPerIteration?: number;
}

/** How many tokens each expert got. */
export interface LoadsArtefact extends LayeredArtefact {
  readonly kind: 'loads';
  /** [layers][experts], summed over `steps`. */
  readonly counts: readonly Float64Array[];
  /** Steps with any tokens that the counts are the sum of; `null` where the file does not tell. */
  readonly steps: number | null;
  /** A list without a key around it: only who named the file knows what its numbers are. */
  readonly isBare?: true;
}

/** How uneven the experts of one layer were at each step: the most loaded expert over the mean. */
export interface StepVariation {
  readonly steps: number;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
}

/** What is kept of a routing trace: sums, and a sample of its tokens. */
export interface TraceSummaryArtefact extends LayeredArtefact {
  readonly kind: 'trace-summary';
  /** [layers][experts] assignments. */
  readonly counts: readonly Float64Array[];
  /** [layers] tokens that were routed. */
  readonly tokens: Float64Array;
  /** [layers] experts per token, of the longest row. */
  readonly topK: Int32Array;
  /** [layers] of steps one after the other; `steps` 0 where no token was routed. */
  readonly stepVariation: readonly StepVariation[];
  /**
   * [layers][E(E-1)/2] how often two experts were chosen by the same token, at index b(b-1)/2 + a for a < b, over every
   * eighth token; empty where the layer has too many experts to count pairs.
   */
  readonly pairs: readonly Uint32Array[];
  /** [layers] tokens whose pairs were counted. */
  readonly pairTokens: Float64Array;
  /** [layers] some of the tokens, with their experts. */
  readonly choices: readonly TokenChoices[];
  /** Entries of -1: padding that was routed nowhere. */
  readonly unrouted: number;
}

/** A binary container. It is recognised and left closed: reading one means to run what is in it, or to trust it. */
export interface UnopenedArtefact extends ArtefactBase {
  readonly kind: 'unopened';
  /** Command lines that turn it into JSON, by what may be in it. */
  readonly conversions: readonly { readonly holds: string; readonly command: string }[];
}

/** A file that says where experts are, or how much they are used. */
export type Artefact = PlacementArtefact | LoadsArtefact | TraceSummaryArtefact | UnopenedArtefact;
