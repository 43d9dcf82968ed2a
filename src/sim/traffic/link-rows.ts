import type { NicRows } from '../result';
import type { Routing } from '../routing/routing';
import { zeroes } from '../sums';

/** Rows of one dispatch by where they travel; combine is the same with sent and received exchanged. */
export interface LinkRows {
  /** [sources, ranks] rows from a source rank to each rank, and those of all ranks. */
  readonly toRank: Float64Array;
  readonly all: number;
  /**
   * [nodes, nodes] rows between nodes: those over the NIC at the node where they arrive, those inside a scale-up domain of
   * several nodes where they go. What a domain of one node keeps is counted as in `domainRows`.
   */
  readonly nodeRows: Float64Array;
  /** [domains, domains] rows between scale-up domains; the diagonal stays inside. */
  readonly domainRows: Float64Array;
  /** [rails, rails] rows between domains by the rails of the NICs that send and receive them. */
  readonly railRows: Float64Array;
  /** Where rows cross the NIC once per domain, how many each rank sends to each; `null` where each row crosses on its own. */
  readonly nicRows: NicRows | null;
  readonly local: number;
  readonly scaleUp: number;
  readonly scaleOut: number;
  /** Of the scale-up rows those that came over the NIC and are handed on. */
  readonly forwarded: number;
  /** Of the scale-out rows those that arrive at a GPU that only hands them on. */
  readonly relayed: number;
  /** [ranks] rows that a rank sends and receives on each link class. */
  readonly scaleUpSent: Float64Array;
  readonly scaleUpReceived: Float64Array;
  readonly scaleOutSent: Float64Array;
  readonly scaleOutReceived: Float64Array;
  /** Rows on the busiest link between two ranks of one scale-up domain, one direction. */
  readonly scaleUpPair: number;
  /**
   * [ranks] row copies that limit a rank's SMs: one per delivered row and, where rows cross the NIC, one per
   * destination domain, the own one included, through the RDMA buffers (DeepEP `internode.cu`).
   */
  readonly copied: Float64Array;
}

export type MutableLinkRows = { -readonly [K in keyof LinkRows]: LinkRows[K] };

/** @param toRank as in `LinkRows` */
export function emptyLinkRows(
  { ranks, nodes, domains, rails }: Routing,
  toRank: Float64Array,
): MutableLinkRows {
  const [scaleUpSent, scaleUpReceived, scaleOutSent, scaleOutReceived, copied] = zeroes(5, ranks);
  return {
    toRank,
    all: 0,
    nodeRows: new Float64Array(nodes * nodes),
    domainRows: new Float64Array(domains * domains),
    railRows: new Float64Array(rails * rails),
    nicRows: null,
    local: 0,
    scaleUp: 0,
    scaleOut: 0,
    forwarded: 0,
    relayed: 0,
    scaleUpSent: scaleUpSent!,
    scaleUpReceived: scaleUpReceived!,
    scaleOutSent: scaleOutSent!,
    scaleOutReceived: scaleOutReceived!,
    scaleUpPair: 0,
    copied: copied!,
  };
}
