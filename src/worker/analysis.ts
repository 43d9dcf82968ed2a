import type { Applied } from '../apply/apply';
import type { ArtefactSummary } from '../config/artefacts';
import type { ReadDocument, TextRange } from '../config/fact';
import type { Job } from '../config/job';
import type { RuleFailure } from '../lint/failures';
import type { Finding, Severity } from '../lint/finding';
import type { FixedFile } from '../lint/fix-all';
import type { Sensitivity, Sweep } from '../plan/explore';
import type { Growth } from '../plan/growth';
import type { Knob } from '../plan/knobs';
import type { Figures } from '../plan/search/figures';
import type { VariantFigures } from '../plan/variants';
import type { Change, DeltaRow } from '../plan/whatif';
import type { Artefacts } from '../scenario/artefacts';
import type { Provenance } from '../scenario/provenance';
import type { Refusal } from '../scenario/refusals/refusal';
import type { LayerTable, Scenario } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import type { SimulationDetail } from '../sim/detail';
import type { LayerChoice, LayerTraffic } from '../sim/layer-traffic';
import type { SimulationResult } from '../sim/result';
import type { FileLink } from './links';
import type { PlacementFile, PlacementFileRequest, PlacementReply } from './placements';
import type { PlanQuery, PlanReply } from './plan';
import type { SizeProposals } from './sizes';

/** One job of a file with the scenario that it describes. */
export interface JobAnalysis {
  readonly job: Job;
  readonly scenario: Scenario | null;
  readonly provenance: Provenance;
  /** Why there is no scenario; the fields that they name are in the provenance. */
  readonly refusals: readonly Refusal[];
}

/** A placement, loads or a trace that a file of a job names, with what the engine has of it. */
export interface ArtefactNeed {
  /** The file that names it, and where. */
  readonly from: string;
  readonly range: TextRange;
  /** As written there: relative to `from`, or absolute. */
  readonly path: string;
  /** The file that this leads to; `null`: to none, `undefined`: nobody has looked. */
  readonly file: string | null | undefined;
  /** Version of that file that was read last; `null`: none. */
  readonly version: string | null;
  /** What is in it, where it is one. */
  readonly summary: ArtefactSummary | null;
}

/** What a file refers to. */
export interface Wants {
  /** Paths, relative to the file, of what it refers to and that was not given yet: model configs, a scenario's job. */
  readonly wanted: readonly string[];
  /** The same for other files that complete a job: options, a script that it starts. */
  readonly wantedFiles: readonly string[];
  /** Files of numbers that its jobs name. Who reads files looks for them, and has those read whose version is another. */
  readonly artefacts: readonly ArtefactNeed[];
}

/** All that can be said about a file without simulating. */
export interface FileAnalysis extends Wants {
  readonly file: string;
  /** `null` when the file is not a MoE config. */
  readonly document: ReadDocument | null;
  readonly jobs: readonly JobAnalysis[];
  /** Of this file, and those of its jobs that lie in other files that they are read from. */
  readonly findings: readonly Finding[];
  /** Rules that threw; the others went on. */
  readonly failures: readonly RuleFailure[];
}

/** One simulated layout: the scenario with its changes, the figures, and what the simulated rules say. */
export interface Simulated {
  readonly scenario: Scenario | null;
  readonly provenance: Provenance;
  readonly refusals: readonly Refusal[];
  readonly result: SimulationResult | null;
  /** Where it was asked for. */
  readonly detail: SimulationDetail | null;
  readonly sentence: string;
  readonly subtitle: string;
  readonly findings: readonly Finding[];
  readonly failures: readonly RuleFailure[];
}

/** A job with changes, beside the job as it is. */
export interface VariantAnalysis {
  readonly variant: Simulated;
  readonly changes: readonly Change[];
  readonly delta: readonly DeltaRow[];
  /** What the framework's rules hold against the variant: it would not start. */
  readonly refused: readonly Finding[];
  /** The changes change nothing: the job is the variant as it is. */
  readonly isBaseline: boolean;
}

export interface WhatIfAnalysis extends VariantAnalysis {
  readonly baseline: Simulated;
  /** What can be changed, the first and the open ones with their values; empty without a scenario. */
  readonly knobs: readonly Knob[];
}

/** Several variants of a job to be compared. */
export interface VariantsRequest {
  readonly jobId: string;
  readonly settings: Values;
  readonly variants: readonly (readonly Change[])[];
}

/** A variant of a job with what it comes to, or why there is no such job. */
export interface ComparedVariant {
  /** `null` where the changes make no legal job, which `refusals` say. */
  readonly figures: VariantFigures | null;
  readonly refusals: readonly Refusal[];
  /** What the framework's rules hold against it: it would not start. */
  readonly errors: readonly Pick<Finding, 'rule' | 'message'>[];
  readonly isBaseline: boolean;
}

/** Knobs of a job to be turned through their values: one, two against each other, or without any all that may matter. */
export interface ExploreRequest {
  readonly jobId: string;
  readonly settings: Values;
  readonly x: string | null;
  readonly y: string | null;
}

export interface Exploration {
  /** Of the job as it is. */
  readonly present: Figures;
  readonly sensitivities: readonly Sensitivity[];
  readonly sweep: Sweep | null;
}

/** Changes of a job to write into its files. */
export interface ApplyRequest {
  readonly jobId: string;
  readonly settings: Values;
  readonly changes: readonly Change[];
  /** Rules that are off hold nothing against it. */
  readonly disabled: readonly string[];
}

export interface WhatIfRequest {
  readonly changes: readonly Change[];
  /** Knobs beside the first ones whose values are wanted. */
  readonly openKnobs?: readonly string[];
}

/** The user's say over rules, by code or name. */
export interface RuleChoices {
  /** Rules that stay silent. */
  readonly disabled: readonly string[];
  /** Severities in place of the rules' own. */
  readonly severities?: Readonly<Record<string, Severity>>;
}

export interface SimulateRequest extends RuleChoices {
  readonly jobId: string;
  readonly settings: Values;
  readonly overrides: Values;
  /** Tables from files beside the configs. */
  readonly artefacts?: Artefacts;
  readonly engine: 'expected' | 'sampled';
  /** Without matrices the reply is small: what hovers and rules need. */
  readonly matrices: boolean;
  /** What only pictures need: placement of every layer, example tokens. */
  readonly detail?: boolean;
  /** `false`: without what the simulated rules say, for which they simulate more. */
  readonly judged?: boolean;
}

/** A plan of a job: what is fixed, and what is asked for. */
export interface PlanCall {
  readonly jobId: string;
  readonly settings: Values;
  readonly overrides: Values;
  readonly artefacts?: Artefacts;
  readonly query: PlanQuery;
}

/** Placements of a job to compare. */
export type PlacementCall = Omit<PlanCall, 'query'>;

/** A placement of a job to save. */
export type PlacementFileCall = PlacementCall & PlacementFileRequest;

/** A file as if it held a text that it was not given: nothing of it stays. */
export interface TrialRequest extends RuleChoices {
  readonly file: string;
  readonly text: string;
  readonly settings: Values;
}

/** What a file's new text means for the engine's files. */
export interface DocumentReply {
  /** Whether it is a MoE config. */
  readonly recognised: boolean;
  /** Other files that were analysed with a model or a job that is not theirs any more. */
  readonly affects: readonly string[];
}

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
