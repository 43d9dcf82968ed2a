import { IndexHeap, indices } from './index-heap';

/** Slots over experts: whose replica each slot is, the how-manieth, and how many each expert has. */
export interface Replication {
  /** [slots] */
  readonly expert: Uint32Array;
  /** [slots] 0 for an expert's first replica. */
  readonly replica: Uint32Array;
  /** [experts] */
  readonly count: Uint32Array;
}

/**
 * Slots 0 … E-1 are the experts; each further slot replicates the expert whose replicas carry most, the first of equals.
 * EPLB's `replicate_experts` (deepseek-ai/EPLB@d52c72d, eplb.py), in its single precision.
 *
 * @param weights [experts], single precision
 * @param slots   at least as many as experts
 */
export function replicateExperts(weights: Float32Array, slots: number): Replication {
  const experts = weights.length;
  const expert = indices(slots);
  const replica = new Uint32Array(slots);
  const count = new Uint32Array(experts).fill(1);
  const fullest = new IndexHeap(weights.map((weight) => -weight));
  for (let slot = experts; slot < slots; slot++) {
    const busiest = fullest.top;
    expert[slot] = busiest;
    replica[slot] = count[busiest]!++;
    fullest.grow(-weights[busiest]! / count[busiest]!);
  }
  return { expert, replica, count };
}
