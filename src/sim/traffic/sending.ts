import type { BackendId } from '../../scenario/scenario';

/**
 * What one row is for: one per choice of a token (`per-choice`); one per rank that it uses, and over the NIC one per
 * scale-up domain, handed on from there (`per-rank`); one for every rank and domain, used or not (`to-all`).
 */
export type Sending = 'per-choice' | 'per-rank' | 'to-all';

/** How each backend sends: what traffic.ts counts by, and what the pictures show. */
export const sendingOf: Readonly<Record<BackendId, Sending>> = {
  'nccl-alltoall': 'per-choice',
  'deepep-low-latency': 'per-choice',
  'deepep-high-throughput': 'per-rank',
  'nvlink-one-sided': 'per-rank',
  'hybrid-ep': 'per-rank',
  mori: 'per-rank',
  'allgather-reducescatter': 'to-all',
};
