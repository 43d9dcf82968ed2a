/**
 * Distribution of the number of arrivals by some time among racers of which each has arrived or not: coefficients of a
 * product of polynomials q + p·x, one per racer, cut at `width` terms. Rows of several such distributions lie one after
 * the other in one array.
 */

/** `to` = `from` with one more racer, which is absent with probability `q` and counts with `p`; may be in place. */
export function addRacer(
  from: Float64Array,
  fromOffset: number,
  to: Float64Array,
  toOffset: number,
  width: number,
  q: number,
  p: number,
): void {
  for (let m = width - 1; m > 0; m--) {
    to[toOffset + m] = from[fromOffset + m]! * q + from[fromOffset + m - 1]! * p;
  }
  to[toOffset] = from[fromOffset]! * q;
}

/** `product` = the racers of both; not in place. */
export function multiplyRows(
  left: Float64Array,
  leftOffset: number,
  right: Float64Array,
  rightOffset: number,
  width: number,
  product: Float64Array,
): void {
  product.fill(0);
  for (let i = 0; i < width; i++) {
    const factor = left[leftOffset + i]!;
    for (let m = i; m < width; m++) product[m]! += factor * right[rightOffset + m - i]!;
  }
}

/**
 * The racers of all lists before list b (`prefix`, row b) and from list b on (`suffix`, row b), so that the two give what
 * is around a list without division. Both are [lists + 1, width], row-major, and reused for every time.
 */
export class ProductsAround {
  readonly prefix: Float64Array;
  readonly suffix: Float64Array;
  readonly #lists: readonly Uint16Array[];
  readonly #width: number;

  constructor(lists: readonly (readonly number[])[], width: number) {
    this.#lists = lists.map((racers) => Uint16Array.from(racers));
    this.#width = width;
    this.prefix = new Float64Array((lists.length + 1) * width);
    this.suffix = new Float64Array((lists.length + 1) * width);
    this.prefix[0] = 1;
    this.suffix[lists.length * width] = 1;
  }

  /** @param absent [racers] probability that a racer has not arrived yet */
  update(absent: Float64Array): void {
    const lists = this.#lists;
    const width = this.#width;
    for (let b = 0; b < lists.length; b++)
      addList(this.prefix, b * width, (b + 1) * width, lists[b]!, width, absent);
    for (let b = lists.length - 1; b >= 0; b--)
      addList(this.suffix, (b + 1) * width, b * width, lists[b]!, width, absent);
  }
}

/** The row at `to` = the row at `from` with the racers of one list. */
function addList(
  rows: Float64Array,
  from: number,
  to: number,
  racers: Uint16Array,
  width: number,
  absent: Float64Array,
): void {
  if (racers.length === 0) {
    for (let m = 0; m < width; m++) rows[to + m] = rows[from + m]!;
    return;
  }
  let base = from;
  for (let i = 0; i < racers.length; i++) {
    const q = absent[racers[i]!]!;
    addRacer(rows, base, rows, to, width, q, 1 - q);
    base = to;
  }
}
