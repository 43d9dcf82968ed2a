import type { Severity } from '../lint/finding';
import type { Growth } from '../plan/growth';
import type { Knob } from '../plan/knobs';
import type { PlacementComparison } from '../plan/placements/compare';
import type { VariantFigures } from '../plan/variants';
import type { Change, DeltaRow } from '../plan/whatif';
import type { SimulationDetail } from '../sim/detail';
import type { LayerChoice, LayerTraffic } from '../sim/layer-traffic';
import type { SimulationResult } from '../sim/result';
import type { Exploration } from '../worker/analysis';
import type { Plan, PlanQuery, PlanReport } from '../worker/plan';

/** Raised whenever a message changes its meaning, so that a panel restored from an older version starts afresh. */
export const PROTOCOL_VERSION = 5;

export type { Exploration, Knob };

export type ViewId =
  | 'placement'
  | 'alltoall'
  | 'traffic'
  | 'memory'
  | 'communication'
  | 'time'
  | 'whatif'
  | 'plan';

/** One input of the simulation with its origin; a click on it opens the line. */
export interface Chip {
  /** Dotted scenario name, e.g. `layout.ep`. */
  readonly name: string;
  /** `EP` */
  readonly label: string;
  /** `64` */
  readonly value: string;
  /** `train.sh:41`, or `derived`, `default`, `preset`, `setting`, `assumed`, `what if`. */
  readonly origin: string;
  /** Longer explanation for title and screen reader: the rule, the preset's source, why it is assumed. */
  readonly detail: string;
  /** True when a line can be opened (also for constants followed through variables). */
  readonly opens: boolean;
  /** False when the value is not written in a file: drawn dashed. */
  readonly written: boolean;
  /** Chips that belong on the first lines; the others stand behind "n more". */
  readonly primary: boolean;
}

export interface PanelFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** `train.sh:41` */
  readonly origin: string;
}

/** Why a layout cannot be simulated, with the fields at fault; a click on one opens its line. */
export interface PanelRefusal {
  /** Stable id of the reason: `experts-do-not-divide`. */
  readonly reason: string;
  readonly message: string;
  readonly chips: readonly Chip[];
  /** What a button offers that answers it. */
  readonly answer?: string;
}

/** A job by its file's URI and its id in the engine. */
export interface PanelJobRef {
  readonly file: string;
  readonly id: string;
}

/** One simulated layout as the panel shows it. */
export interface PanelSide {
  /** `DeepSeek-V3` */
  readonly title: string;
  /** `training, 2,048 H800, EP 64 over 8 nodes` */
  readonly subtitle: string;
  /** The verdict: one sentence with verb and cause. */
  readonly sentence: string;
  readonly chips: readonly Chip[];
  readonly result: SimulationResult;
  readonly detail: SimulationDetail;
}

export interface WhatIf {
  readonly changes: readonly Change[];
  readonly variant: PanelSide;
  readonly delta: readonly DeltaRow[];
  /** What the framework's rules hold against the variant. */
  readonly errors: readonly { readonly rule: string; readonly message: string }[];
}

/** A variant of the job on show, with what it comes to. */
export interface PanelVariant {
  /** `null` for the what-if on show, where that is not kept. */
  readonly name: string | null;
  readonly changes: readonly Change[];
  /** `EP 32, TP 2` */
  readonly changed: string;
  /** The scenario file that says it; `null`: the workspace keeps it, or nobody does. */
  readonly file: { readonly uri: string; readonly name: string } | null;
  /** `null` where the job has no room for the changes (any more). */
  readonly figures: VariantFigures | null;
  /** Why it has none, or what the framework refuses of it. */
  readonly reasons: readonly string[];
  /** The job has come to be it. */
  readonly isBaseline: boolean;
}

/** The job on show and its variants beside each other. */
export interface PanelVariants {
  readonly baseline: VariantFigures;
  readonly variants: readonly PanelVariant[];
}

/** What is on show beside a job as it is. */
export interface BesideBaseline {
  readonly whatIf: WhatIf | null;
  /** Why there is no what-if although one was asked for: the sentence, and the fields at fault. */
  readonly refusal?: string;
  readonly refusals?: readonly PanelRefusal[];
  /** The changes of a what-if that ended, since the job has come to be it: `EP 32`. */
  readonly ended?: string;
  /** View to bring forward, when a command asked for one. */
  readonly view?: ViewId;
}

export type ToWebview =
  | ({
      readonly type: 'show';
      readonly version: number;
      /** Which job is shown; the webview keeps it as `PanelState.job`, so that a restored panel finds it again. */
      readonly job: PanelJobRef;
      /** Display name of the file that the panel follows, e.g. `train.sh`. */
      readonly fileName: string;
      readonly baseline: PanelSide;
      readonly findings: readonly PanelFinding[];
      readonly knobs: readonly Knob[];
    } & BesideBaseline)
  /** Another what-if, or none any more, beside the baseline that was shown last. */
  | ({ readonly type: 'variant' } & BesideBaseline)
  /** The host works on what to show; `fraction` of it is done, where that is known. */
  | { readonly type: 'busy'; readonly message: string; readonly fraction?: number }
  /** The answer to `layer`, for the job that was shown last; of its variant too, where there is one that has the layer. */
  | {
      readonly type: 'layer';
      /** Of the baseline; either may have no such layer. */
      readonly traffic: LayerTraffic | null;
      readonly variant: LayerTraffic | null;
    }
  /** How far the search of the job on show is, and now and then what it has found; a whole `Plan` when it is done. */
  | {
      readonly type: 'plan';
      readonly state: 'searching' | 'stopped' | 'done';
      readonly fraction: number;
      readonly report?: PlanReport | Plan;
    }
  /** How far the comparison of the job's placements is, and in the end what it has found. */
  | {
      readonly type: 'placements';
      readonly state: 'comparing' | 'stopped' | 'done';
      readonly fraction: number;
      readonly comparison?: PlacementComparison;
    }
  /** What turning knobs makes of the job; `null` when it was stopped. */
  | { readonly type: 'explored'; readonly exploration: Exploration | null }
  | { readonly type: 'exploring'; readonly fraction: number }
  /** The answer to `variants`, and again when they change. */
  | { readonly type: 'variants'; readonly compared: PanelVariants }
  /** The answer to `growth`, for the job that was shown last. */
  | { readonly type: 'growth'; readonly growth: readonly Growth[] }
  /** The knob that was asked for, with its values. */
  | { readonly type: 'knob'; readonly knob: Knob }
  /** Whether the panel stays at its job, whatever file is active; kept over a reload. */
  | { readonly type: 'pinned'; readonly pinned: boolean }
  /** Nothing to simulate: says why and what to do, e.g. "train.sh does not say its number of GPUs." */
  | {
      readonly type: 'empty';
      readonly title: string;
      readonly message: string;
      /** In place of a message: each reason with its fields. */
      readonly refusals?: readonly PanelRefusal[];
      readonly findings: readonly PanelFinding[];
      /** What one can do about it. */
      readonly steps?: readonly NextStep[];
    };

export const NEXT_STEPS = ['tryAgain', 'showLog', 'openSample', 'openWalkthrough'] as const;
export type NextStepId = (typeof NEXT_STEPS)[number];

/** A way on from where there is nothing to show, as a button. */
export interface NextStep {
  readonly id: NextStepId;
  readonly title: string;
}

export const VARIANT_ACTIONS = ['rename', 'remove', 'save'] as const;
export type VariantAction = (typeof VARIANT_ACTIONS)[number];

export type FromWebview =
  /** The page listens; `isTold`: it has heard what to show, which the host may have said before. */
  | { readonly type: 'ready'; readonly version: number; readonly isTold: boolean }
  /** Open the line that a chip's value comes from. */
  | { readonly type: 'openOrigin'; readonly name: string }
  /** Open a finding's line, by its index in `findings`. */
  | { readonly type: 'openFinding'; readonly index: number }
  /** Simulate these changes beside the baseline; an empty list goes back to the baseline alone. */
  | { readonly type: 'whatIf'; readonly changes: readonly Change[] }
  /** Send the traffic of one MoE layer, or the mean over all, of the job on show. */
  | { readonly type: 'layer'; readonly layer: LayerChoice }
  /** Search the layouts of the job on show; another search goes on no more. */
  | { readonly type: 'plan'; readonly query: PlanQuery }
  | { readonly type: 'stopPlan' }
  /** Compare the placements of the job on show, one of them searched for. */
  | { readonly type: 'comparePlacements' }
  | { readonly type: 'stopComparing' }
  /** Write the placement that was searched for, with so many redundant experts, into a file that the engine reads. */
  | { readonly type: 'savePlacement'; readonly redundantExperts: number }
  /** The values of a knob that is not among the first ones. */
  | { readonly type: 'openKnob'; readonly name: string }
  /** Do what answers a refusal of the job that the panel follows, by its reason. */
  | { readonly type: 'answer'; readonly reason: string }
  /** Take a way on from where there is nothing to show. */
  | { readonly type: 'takeStep'; readonly step: NextStepId }
  /** Write a field's present value into a scenario file, where the user can change it. */
  | { readonly type: 'pin'; readonly name: string }
  /** Turn one knob, or two against each other, through their values; without any, all that may matter to either side. */
  /** How the volumes of communication of the job on show grow. */
  | { readonly type: 'growth' }
  | { readonly type: 'explore'; readonly x: string | null; readonly y: string | null }
  | { readonly type: 'stopExploring' }
  /** Write the changes of the what-if on show into the files of the job, after a preview. */
  | { readonly type: 'apply' }
  /** Send the variants of the job on show, with what they come to. */
  | { readonly type: 'variants' }
  /** Keep the what-if on show under a name. */
  | { readonly type: 'keepVariant' }
  /** Do something with a variant that the workspace keeps. */
  | { readonly type: 'changeVariant'; readonly name: string; readonly action: VariantAction }
  /** Open the scenario file of a variant. */
  | { readonly type: 'openVariant'; readonly file: string }
  /** Write a scenario file of the job with the changes of the what-if on show as pins. */
  | { readonly type: 'saveScenario' }
  /** Export the whole panel, with the what-if on show. */
  | { readonly type: 'exportReport' }
  | { readonly type: 'copyText'; readonly text: string; readonly what: string }
  | { readonly type: 'saveFile'; readonly fileName: string; readonly base64: string };

/** What the webview keeps over hiding and reload: view parameters only, never results. */
export interface PanelState {
  readonly version: number;
  readonly job: PanelJobRef | null;
  readonly pinned: boolean;
  readonly view: ViewId;
  readonly changes: readonly Change[];
  readonly selectedRank: number | null;
  /** What each view keeps for itself. */
  readonly views: Readonly<Partial<Record<ViewId, object>>>;
}
