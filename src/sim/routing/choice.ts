/** A set of experts (a rank, a node), each with the share of its assignments that belongs to the set. */
export interface Block {
  readonly experts: readonly number[];
  readonly shares: readonly number[];
}

/** How one token chooses its experts, as far as expected values need it. */
export interface Choice {
  /** P(a token chooses the expert), [routedExperts], sums to topK. */
  readonly inclusion: Float64Array;
  /** P(a token uses any expert of the block), for each block. */
  readonly hits: (blocks: readonly Block[]) => Float64Array;
}
