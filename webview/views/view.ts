import type { ComponentType } from 'preact';
import type { Exploration, PanelState, PanelVariants, ViewId } from '../../src/panel/protocol';
import type { Growth } from '../../src/plan/growth';
import type { Change } from '../../src/plan/whatif';
import type { PlanQuery } from '../../src/worker/plan';
import type { DrawnSides } from '../model/sides';
import type { LayersOnShow, PlacementsOnShow, PlanOnShow, Show } from '../state';
import type { Theme } from '../theme';

/** One entry of the table of views. */
export interface View {
  readonly id: ViewId;
  readonly title: string;
  /** For a panel too narrow for all titles. */
  readonly shortTitle: string;
  /** Digit that shows the view together with Alt and Shift; its place among the tabs. */
  readonly shortcut: number;
  readonly component: ComponentType<ViewProps>;
}

/** What every view is given. */
export interface ViewProps {
  readonly view: View;
  readonly show: Show;
  /** What is drawn: the baseline, its variant, or both beside each other. */
  readonly sides: DrawnSides;
  readonly theme: Theme;
  readonly panel: PanelState;
  readonly update: (patch: Partial<PanelState>) => void;
  /** What this view kept; read it with `keptState`. */
  readonly kept: unknown;
  /** Keeps a view's own choices over hiding, reload and moving. */
  readonly keep: (patch: object) => void;
  /** The traffic of the layer that was asked for last, once it is there. */
  readonly layer: LayersOnShow | null;
  /** How the volumes of communication grow, once it was asked for. */
  readonly growth: readonly Growth[] | null;
  /** The job and its variants beside each other, once they were asked for. */
  readonly variants: PanelVariants | null;
  /** A what-if was asked for and not answered yet. */
  readonly waiting: boolean;
  /** What a search has found of the job on show; `null` where none was asked for. */
  readonly plan: PlanOnShow | null;
  readonly search: (query: PlanQuery) => void;
  /** The placements of the job beside each other; `null` where nobody asked. */
  readonly placements: PlacementsOnShow | null;
  /** What turning knobs made of the job, and how far a further exploration is. */
  readonly exploration: Exploration | null;
  readonly exploring: number | null;
  readonly changeWhatIf: (changes: readonly Change[]) => void;
}

/** A view's own choices: `fresh` until the user made others. */
export function keptState<T extends object>(
  { kept, keep }: Pick<ViewProps, 'kept' | 'keep'>,
  fresh: T,
): readonly [T, (patch: Partial<T>) => void] {
  return [{ ...fresh, ...(kept as Partial<T> | undefined) }, keep];
}
