import type { Applied } from '../apply/apply';
import type { ArtefactSummary } from '../config/artefacts';
import type { FixedFile } from '../lint/fix-all';
import type { Growth } from '../plan/growth';
import type { Knob } from '../plan/knobs';
import type { Change } from '../plan/whatif';
import type { LayerTable } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import type { LayerChoice, LayerTraffic } from '../sim/layer-traffic';
import type {
  ApplyRequest,
  ComparedVariant,
  DocumentReply,
  Exploration,
  ExploreRequest,
  FileAnalysis,
  PlacementCall,
  PlacementFileCall,
  PlanCall,
  RuleChoices,
  Simulated,
  SimulateRequest,
  TrialRequest,
  VariantAnalysis,
  VariantsRequest,
  WhatIfAnalysis,
  WhatIfRequest,
} from './analysis';
import type { FileLink } from './links';
import type { PlacementFile, PlacementReply } from './placements';
import type { PlanReply } from './plan';
import type { SizeProposals } from './sizes';

/** Where the bytes of a file come from: the worker reads a path itself, where it can. */
export type ArtefactSource =
  | { readonly path: string }
  | { readonly bytes: Uint8Array }
  | { readonly text: string }
  /** Nobody may, or can, read it; ends a sentence that begins with `the file is not read:`. */
  | { readonly refused: string };

/** The calls that the engine answers, each with its arguments and reply. */
export interface EngineCalls {
  /** Gives or replaces a file's text; `null` forgets the file. */
  setDocument(args: { file: string; text: string | null }): DocumentReply;
  analyse(args: { file: string; settings: Values } & RuleChoices): FileAnalysis;
  simulate(args: SimulateRequest): Simulated;
  /** What a what-if can change about a job. */
  knobs(args: { jobId: string; settings: Values }): readonly Knob[];
  /** The traffic of one MoE layer of a job, or the mean over all: figures beside those of `whatIf`, asked for on their own. */
  layerTraffic(args: {
    jobId: string;
    settings: Values;
    layer: LayerChoice;
    changes: readonly Change[];
  }): LayerTraffic;
  /** One of them with its values, each of which is tried; `null` where the job has no such knob. */
  knob(args: { jobId: string; settings: Values; name: string }): Knob | null;
  whatIf(args: SimulateRequest & WhatIfRequest): WhatIfAnalysis;
  /** The same without what does not hang on the changes, for whoever has it already. */
  variant(args: SimulateRequest & WhatIfRequest): VariantAnalysis;
  /** What variants of a job come to: the job as it is first, then they in their order. */
  compareVariants(args: VariantsRequest): readonly ComparedVariant[];
  /** The best layouts of a job; its progress comes with what was found so far, a `PlanReport`. */
  plan(args: PlanCall): PlanReply;
  /** Placements of a job beside each other, one of them searched for and kept under the name in its changes. */
  placements(args: PlacementCall): PlacementReply;
  /** The slots of a placement that a search found, by its name; `null` where it is forgotten. */
  foundPlacement(args: { name: string }): LayerTable | null;
  /** Has a placement that somebody keeps: what-ifs name it like one that was just found. */
  keepPlacement(args: { slots: LayerTable }): void;
  /** A placement that is searched for, as a file that the job's framework reads. @throws where it cannot be saved, with why */
  placementFile(args: PlacementFileCall): PlacementFile;
  /** What knobs make of a job; `null` where it cannot be simulated, or has no such knob. */
  explore(args: ExploreRequest): Exploration | null;
  /** How the volumes of communication grow with the sizes of a job. @throws where it is not to be simulated */
  growth(args: { jobId: string; settings: Values }): readonly Growth[];
  /** The edits that write changes into the job's files, each seen to work; and what cannot be written, with the reason. */
  apply(args: ApplyRequest): Applied;
  /** Says which file the path in another one leads to; `null`: to none. */
  locateArtefact(args: { from: string; path: string; file: string | null }): void;
  /** Reads a file of numbers, beside the other calls: they do not wait for it. */
  readArtefact(args: { file: string; version: string; source: ArtefactSource }): void;
  /**
   * What a file of numbers holds, whoever names it; `null` for anything else. `named`: somebody says that it is one, so
   * that a bare list is too. Read beside the other calls.
   */
  describeArtefact(args: { file: string; named: boolean; source: ArtefactSource }): ArtefactSummary | null;
  /** What a file names, in its text as it was given last. */
  links(args: { file: string }): readonly FileLink[];
  /** Every safe fix of a text. */
  fixAll(args: TrialRequest): FixedFile;
  /** The legal values of the parallel size at an offset of a text; `null` where there is none. */
  sizes(args: TrialRequest & { offset: number }): SizeProposals | null;
}
