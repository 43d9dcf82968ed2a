/** The experts of one MoE layer as the tokens of a batch meet them. */
export interface Slots {
  /** Physical experts: routed experts with their redundant copies. */
  readonly count: number;
  readonly topK: number;
  readonly ep: number;
}

/** Share of a layer's experts that a batch of so many tokens touches: `1 - (1 - k/E)^T`. */
export function touchedShare({ topK, count }: Slots, tokens: number): number {
  return 1 - (1 - topK / count) ** tokens;
}

/**
 * Share of a large GEMM's efficiency that grouped GEMMs reach with `M = T·k/E` rows per expert: `sqrt(M / (M + m))`. Few rows
 * leave tiles empty.
 */
export function expertEfficiency({ topK, count }: Slots, tokens: number, halfRows: number): number {
  const rows = (tokens * topK) / count;
  return Math.sqrt(rows / (rows + halfRows));
}

/** Expected largest of N standard normal values, for N = 2, 4, 8, … 512. */
const LARGEST_NORMAL = [0.56, 1.03, 1.42, 1.77, 2.07, 2.34, 2.59, 2.82, 3.04] as const;

/**
 * Touched experts of the fullest rank over the mean rank, by the normal approximation of a binomial: with `m = E/EP` experts
 * per rank of which each is touched with probability `q`, `1 + z·sqrt(mq(1-q)) / (mq)`, but no more than all of them.
 */
export function fullestOverMean({ count, ep }: Slots, touched: number): number {
  if (ep <= 1 || touched === 0) return 1;
  const index = Math.min(LARGEST_NORMAL.length, Math.max(1, Math.round(Math.log2(ep)))) - 1;
  const perRank = (count / ep) * touched;
  const fullest = 1 + (LARGEST_NORMAL[index]! * Math.sqrt(perRank * (1 - touched))) / perRank;
  return Math.min(1 / touched, fullest);
}
