import type {
  Exploration,
  Knob,
  NextStep,
  PanelFinding,
  PanelRefusal,
  PanelState,
  PanelVariants,
  ToWebview,
  ViewId,
} from '../src/panel/protocol';
import { PROTOCOL_VERSION } from '../src/panel/protocol';
import type { Growth } from '../src/plan/growth';
import type { PlacementComparison } from '../src/plan/placements/compare';
import type { LayerTraffic } from '../src/sim/layer-traffic';
import type { Plan, PlanReport } from '../src/worker/plan';
import { sameChanges } from './model/whatif';

export type Show = Extract<ToWebview, { type: 'show' }>;
type PlanMessage = Extract<ToWebview, { type: 'plan' }>;
type VariantMessage = Extract<ToWebview, { type: 'variant' }>;

/** What is on screen: nothing yet, a result, or the reason why there is none. */
export type Content =
  | { readonly kind: 'loading' }
  | { readonly kind: 'result'; readonly show: Show }
  | {
      readonly kind: 'empty';
      readonly title: string;
      readonly message: string;
      readonly refusals: readonly PanelRefusal[];
      readonly findings: readonly PanelFinding[];
      readonly steps: readonly NextStep[];
    };

/** The traffic of one layer in what is on show: the baseline, and the variant where there is one, each where it has the layer. */
export interface LayersOnShow {
  readonly baseline: LayerTraffic | null;
  readonly variant: LayerTraffic | null;
}

/** A search as far as it is: its report is a whole `Plan` when it is done. */
export interface PlanOnShow {
  readonly state: 'searching' | 'stopped' | 'done';
  readonly fraction: number;
  readonly report: PlanReport | Plan | null;
}

/** A comparison of placements as far as it is. */
export interface PlacementsOnShow {
  readonly state: 'comparing' | 'stopped' | 'done';
  readonly fraction: number;
  readonly comparison: PlacementComparison | null;
}

/** Work of the host, and how much of it is done where that is known. */
export interface Busy {
  readonly message: string;
  readonly fraction: number | null;
}

export interface AppState {
  readonly content: Content;
  /** What the host works on; `null` when it is done. The old picture stays meanwhile. */
  readonly busy: Busy | null;
  readonly panel: PanelState;
  /** What turning knobs made of the job on show; gone with a newer result. */
  readonly exploration: Exploration | null;
  /** How far the one is that was asked for; `null` when none is. */
  readonly exploring: number | null;
  /** A what-if was asked for and not answered yet: an older answer must not undo the choice. */
  readonly awaitingWhatIf: boolean;
  /** The layer of what is on show that was asked for last and has come. */
  readonly layer: LayersOnShow | null;
  /** How the volumes of communication grow, once it was asked for. */
  readonly growth: readonly Growth[] | null;
  /** The variants of the job on show, beside it. */
  readonly variants: PanelVariants | null;
  /** The search of the job on show. */
  readonly plan: PlanOnShow | null;
  /** The placements of the job on show beside each other. */
  readonly placements: PlacementsOnShow | null;
}

const FRESH: PanelState = {
  version: PROTOCOL_VERSION,
  job: null,
  pinned: false,
  view: 'placement',
  changes: [],
  selectedRank: null,
  views: {},
};

const UNEXPLORED = { exploration: null, exploring: null } as const;

/** The state after a (re)load, from what the host kept; state of another version is dropped, since its meaning may differ. */
export function restore(kept: unknown): AppState {
  const known =
    typeof kept === 'object' && kept !== null && (kept as { version?: unknown }).version === PROTOCOL_VERSION;
  const panel = known ? { ...FRESH, ...(kept as Partial<PanelState>) } : FRESH;
  return {
    content: { kind: 'loading' },
    busy: null,
    panel,
    awaitingWhatIf: false,
    layer: null,
    growth: null,
    variants: null,
    plan: null,
    placements: null,
    ...UNEXPLORED,
  };
}

/** The state in which a view keeps these choices on top of its others. */
export function keepInView(panel: PanelState, view: ViewId, patch: object): PanelState {
  return { ...panel, views: { ...panel.views, [view]: { ...panel.views[view], ...patch } } };
}

type Receivers = {
  readonly [T in ToWebview['type']]: (state: AppState, message: Extract<ToWebview, { type: T }>) => AppState;
};

/** What each message of the host makes of the state. */
const receivers: Receivers = {
  busy: (state, { message, fraction = null }) => ({ ...state, busy: { message, fraction } }),
  exploring: (state, { fraction }) => ({ ...state, exploring: fraction }),
  explored: (state, { exploration }) => ({
    ...state,
    exploring: null,
    exploration: exploration ?? state.exploration,
  }),
  knob: (state, { knob }) => ({ ...state, content: withKnob(state.content, knob) }),
  pinned: (state, { pinned }) => ({ ...state, panel: { ...state.panel, pinned } }),
  empty: (state, { title, message, refusals = [], findings, steps = [] }) => ({
    ...state,
    busy: null,
    content: { kind: 'empty', title, message, refusals, findings, steps },
  }),
  plan: (state, message) => ({ ...state, plan: planOnShow(state.plan, message) }),
  placements: (state, { state: progress, fraction, comparison = null }) => ({
    ...state,
    placements: { state: progress, fraction, comparison },
  }),
  growth: (state, { growth }) => ({ ...state, growth }),
  variants: (state, { compared }) => ({ ...state, variants: compared }),
  layer: (state, { traffic, variant }) => ({ ...state, busy: null, layer: { baseline: traffic, variant } }),
  show: receiveResult,
  variant: receiveVariant,
};

/** Whether data is a message of the host. */
export const isMessage = (data: unknown): data is ToWebview =>
  typeof data === 'object' &&
  data !== null &&
  Object.hasOwn(receivers, String((data as { type?: unknown }).type));

/** The state after a message of the host. */
export function receive(state: AppState, message: ToWebview): AppState {
  // The table is keyed by the message's own type, which the compiler cannot relate to the message.
  return (receivers[message.type] as (state: AppState, message: ToWebview) => AppState)(state, message);
}

/** A message without a report leaves what was found before. */
function planOnShow(before: PlanOnShow | null, { state, fraction, report }: PlanMessage): PlanOnShow {
  return { state, fraction, report: report ?? before?.report ?? null };
}

/** What is on screen with the values of one more knob. */
function withKnob(content: Content, knob: Knob): Content {
  if (content.kind !== 'result') return content;
  const knobs = content.show.knobs.map((one) => (one.name === knob.name ? knob : one));
  return { ...content, show: { ...content.show, knobs } };
}

const isSameBaseline = ({ content }: AppState, { baseline }: Show): boolean =>
  content.kind === 'result' && content.show.baseline === baseline;

/** Whether the same job is shown as before, in the same state: what was searched of it still holds. */
function isSameJob(state: AppState, show: Show): boolean {
  if (state.content.kind !== 'result') return false;
  if (isSameBaseline(state, show)) return true;
  const { scenario } = state.content.show.baseline.result;
  return JSON.stringify(scenario) === JSON.stringify(show.baseline.result.scenario);
}

/** The same baseline with another what-if. A page that was built anew has none, and is told all once it asks. */
function receiveVariant(state: AppState, { type: _, ...beside }: VariantMessage): AppState {
  if (state.content.kind !== 'result') return state;
  const { type, version, job, fileName, baseline, findings, knobs } = state.content.show;
  return receiveResult(state, { type, version, job, fileName, baseline, findings, knobs, ...beside });
}

function receiveResult(state: AppState, show: Show): AppState {
  const { panel } = state;
  const otherJob = panel.job !== null && (panel.job.file !== show.job.file || panel.job.id !== show.job.id);
  const answer = show.whatIf?.changes ?? [];
  // An answer to an earlier choice must not undo the one made since; no answer at all is a refusal.
  const older =
    state.awaitingWhatIf &&
    !otherJob &&
    show.whatIf !== null &&
    show.refusal === undefined &&
    !sameChanges(answer, panel.changes);
  const ranks = show.baseline.result.placement.nodeOfRank.length;
  const rankExists = panel.selectedRank !== null && panel.selectedRank < ranks && !otherJob;
  // What was explored is of the job as it was: it stays while the job does.
  const isSame = !otherJob && state.exploration?.present.seconds === show.baseline.result.step.seconds;
  return {
    busy: null,
    ...(isSame ? { exploration: state.exploration, exploring: state.exploring } : UNEXPLORED),
    content: { kind: 'result', show },
    awaitingWhatIf: older,
    layer: null,
    growth: isSameBaseline(state, show) ? state.growth : null,
    // Those of the job as it was stay until the others are there.
    variants: otherJob ? null : state.variants,
    plan: isSameJob(state, show) ? state.plan : null,
    placements: isSameJob(state, show) ? state.placements : null,
    panel: {
      ...panel,
      job: show.job,
      view: show.view ?? panel.view,
      changes: older ? panel.changes : answer,
      selectedRank: rankExists ? panel.selectedRank : null,
    },
  };
}
