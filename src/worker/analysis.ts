import type { ArtefactSummary } from '../config/artefacts';
import type { ReadDocument, TextRange } from '../config/fact';
import type { Job } from '../config/job';
import type { RuleFailure } from '../lint/failures';
import type { Finding, Severity } from '../lint/finding';
import type { Sensitivity, Sweep } from '../plan/explore';
import type { Knob } from '../plan/knobs';
import type { Figures } from '../plan/search/figures';
import type { VariantFigures } from '../plan/variants';
import type { Change, DeltaRow } from '../plan/whatif';
import type { Artefacts } from '../scenario/artefacts';
import type { Provenance } from '../scenario/provenance';
import type { Refusal } from '../scenario/refusals/refusal';
import type { Scenario } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import type { SimulationDetail } from '../sim/detail';
import type { SimulationResult } from '../sim/result';
import type { PlacementFileRequest } from './placements';
import type { PlanQuery } from './plan';

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
  /** It needs more memory than there is, by assumptions without which it may fit. */
  readonly isShortageOpen: boolean;
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

/** A request whose job is not named but given. */
export type OfJob<T extends { readonly jobId: string }> = Omit<T, 'jobId'>;

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
