import { layoutReasons } from './layout';
import { modelReasons } from './model';
import type { Reason } from './reason';
import { tableReasons } from './tables';
import { workloadReasons } from './workload';

/** Every reason for which there is no result, by its id. Ids are part of the command line's contract. */
export const reasons = { ...modelReasons, ...layoutReasons, ...workloadReasons, ...tableReasons };

export type ReasonId = keyof typeof reasons;

/** What the sentence of a reason needs to know. */
export type DetailsOf<I extends ReasonId> = (typeof reasons)[I] extends Reason<infer D> ? D : never;
