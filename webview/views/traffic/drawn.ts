import type { LayerChoice } from '../../../src/sim/layer-traffic';
import type { SimulationResult } from '../../../src/sim/result';
import { argmax, type HeatOptions } from '../../model/heat';
import { type Choice, type Measured, measured, type Quantity } from '../../model/measure';

/** What is shown of the traffic, and in which unit. */
export interface Shown extends HeatOptions, Choice {
  readonly quantity: Quantity;
}

/** One layout's matrix in the unit on show. */
export interface Drawn extends Measured {
  readonly result: SimulationResult;
  /** `null` for the layer that is simulated. */
  readonly chosen: LayerChoice | null;
  /** Node of each row of the node matrix. */
  readonly ids: readonly number[];
  /** Total that fills a bar in the margin. */
  readonly sums: number;
}

/** Which side of a rank sets the pace: in combine those send most that received most before. */
export const paceIsSent = (phase: HeatOptions['phase']): boolean => phase === 'combine';

/** Rank with the largest total. */
export function busiestOf({ result, heat }: Drawn, choice: Choice): number {
  const ranks = choice.level === 'ranks' ? heat : measured(result, { ...choice, level: 'ranks' }).heat;
  return argmax(paceIsSent(choice.phase) ? ranks.rowSums : ranks.columnSums);
}
