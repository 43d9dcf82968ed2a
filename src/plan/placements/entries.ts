import type { Scenario } from '../../scenario/scenario';
import type { SimulationResult } from '../../sim/result';
import type { Change } from '../whatif';
import { figuresOf, type PlacementFigures } from './figures';
import type { PlacementKind } from './options';

/** One placement of a job as it is told, with what it saves and costs against experts in index order. */
export interface PlacementEntry {
  readonly kind: PlacementKind;
  readonly redundantExperts: number;
  readonly figures: PlacementFigures;
  /** Of a step; below zero where it takes longer. */
  readonly savedMicroseconds: number;
  /** Of dispatch, experts and combine of one MoE layer on the slowest rank. */
  readonly savedPerLayerMicroseconds: number;
  /** More weights on the rank that has most. */
  readonly spentBytes: number;
  /** The changes of the job that give it; empty: the job as it is. */
  readonly changes: readonly Change[];
}

/** A simulated placement beside the plain one, which is experts in index order where the layout allows that. */
export function entryOf(
  placed: { readonly kind: PlacementKind; readonly scenario: Scenario; readonly changes: readonly Change[] },
  result: SimulationResult,
  plain: PlacementFigures,
): PlacementEntry {
  const figures = figuresOf(result);
  return {
    kind: placed.kind,
    redundantExperts: placed.scenario.placement.redundantExperts,
    figures,
    savedMicroseconds: 1e6 * (plain.stepSeconds - figures.stepSeconds),
    savedPerLayerMicroseconds: ofLayer(plain) - ofLayer(figures),
    spentBytes: figures.weightBytes - plain.weightBytes,
    changes: placed.changes,
  };
}

const ofLayer = ({ layer }: PlacementFigures): number =>
  layer.dispatchMicroseconds + layer.expertMicroseconds + layer.combineMicroseconds;
