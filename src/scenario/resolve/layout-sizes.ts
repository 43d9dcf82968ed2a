import type { LayoutScenario } from '../scenario';

/** A layout before it is known in which order its ranks run. */
export type LayoutSizes = Omit<LayoutScenario, 'order'>;

/** Parallel sizes together with the machines that they imply or fill. */
export interface LayoutAndNodes {
  readonly layout: LayoutSizes;
  readonly nodes: number;
  readonly gpusPerNode: number;
}
