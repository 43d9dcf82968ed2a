/** Columns, each of which stands for one index up to its threshold and for another from there on. */
export interface AliasTable {
  /** Number of bits that a column's number has. */
  readonly bits: number;
  /** [columns] in units of 2^-31. */
  readonly threshold: Int32Array;
  /** [columns][2] the index from the threshold on, and the one below it. */
  readonly choices: Uint16Array;
}

/**
 * Draws indices with probability proportional to `weights` in constant time, from 32 random bits: Walker's alias method as
 * built by Vose (IEEE Trans. Software Eng. 17, 1991), with as many columns as bits can number.
 */
export function aliasTable(weights: Float64Array): AliasTable {
  const bits = Math.max(1, Math.ceil(Math.log2(weights.length)));
  const columns = 2 ** bits;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const own = new Float64Array(columns);
  weights.forEach((weight, i) => {
    own[i] = (weight / sum) * columns;
  });
  const choices = new Uint16Array(2 * columns);
  const small: number[] = [];
  const large: number[] = [];
  own.forEach((value, i) => {
    choices[2 * i + 1] = i;
    (value < 1 ? small : large).push(i);
  });
  while (small.length > 0 && large.length > 0) {
    const low = small.pop()!;
    const high = large.pop()!;
    choices[2 * low] = high;
    own[high] = own[high]! + own[low]! - 1;
    (own[high]! < 1 ? small : large).push(high);
  }
  // What rounding leaves over is full.
  for (const i of [...small, ...large]) {
    choices[2 * i] = i;
    own[i] = 1;
  }
  const threshold = Int32Array.from(own, (share) => Math.min(2 ** 31 - 1, Math.round(share * 2 ** 31)));
  return { bits, threshold, choices };
}

/** Fills an array with indices drawn from a table, by as many random numbers of 32 bits. */
export function drawIndices(
  { bits, threshold, choices }: AliasTable,
  random: Int32Array,
  into: Uint16Array,
): void {
  const otherBits = 32 - bits;
  for (let i = 0; i < into.length; i++) {
    const number = random[i]!;
    const column = number >>> otherBits;
    // The sign of the difference, where a branch could not be foretold: 1 below the threshold.
    const isOwn = (((number << bits) >>> 1) - threshold[column]!) >>> 31;
    into[i] = choices[2 * column + isOwn]!;
  }
}
