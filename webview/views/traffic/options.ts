import type { LayerChoice } from '../../../src/sim/layer-traffic';
import type { Dialect } from '../../export/alltoallv-code';
import type { HeatOptions } from '../../model/heat';
import type { Unit } from '../../model/measure';
import type { ZoomWindow } from '../../model/zoom';

/** What the view keeps of its choices. */
export interface Kept extends HeatOptions {
  readonly unit: Unit;
  readonly table: boolean;
  /** The part of the matrix that is shown; `null` for all of it. */
  readonly zoom: ZoomWindow | null;
  readonly dialect: Dialect;
  /** `null` for the layer that is simulated. */
  readonly layer: LayerChoice | null;
}

export const FRESH: Kept = {
  phase: 'dispatch',
  level: 'ranks',
  unit: 'copies',
  scale: 'linear',
  table: false,
  zoom: null,
  dialect: 'mpi',
  layer: null,
};
