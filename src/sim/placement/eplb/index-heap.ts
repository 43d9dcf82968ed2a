/** 0 … n-1. A plain loop: `from` goes through an iterator, several times slower, and EPLB asks for many. */
export function indices(n: number): Uint32Array {
  const result = new Uint32Array(n);
  for (let i = 0; i < n; i++) result[i] = i;
  return result;
}

/**
 * The indices 0 … n-1 with the one of the smallest key on top, the lower index first among equal keys. A key of the
 * top can grow and the top can leave, each in O(log n): all that greedy packing and replication need.
 */
export class IndexHeap {
  readonly #keys: Float32Array;
  readonly #order: Uint32Array;
  #size: number;

  /** @param keys [n] single-precision keys; kept, not copied */
  constructor(keys: Float32Array) {
    this.#keys = keys;
    this.#order = indices(keys.length);
    this.#size = keys.length;
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at);
  }

  /** Index with the smallest key. */
  get top(): number {
    return this.#order[0]!;
  }

  /** Gives the top a larger key. */
  grow(key: number): void {
    this.#keys[this.top] = key;
    this.#sink(0);
  }

  /** Takes the top out. */
  drop(): void {
    this.#order[0] = this.#order[--this.#size]!;
    this.#sink(0);
  }

  #sink(from: number): void {
    const order = this.#order;
    const moved = order[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#isBefore(order[child + 1]!, order[child]!)) child++;
      if (!this.#isBefore(order[child]!, moved)) break;
      order[at] = order[child]!;
      at = child;
    }
    order[at] = moved;
  }

  #isBefore(a: number, b: number): boolean {
    const difference = this.#keys[a]! - this.#keys[b]!;
    return difference < 0 || (difference === 0 && a < b);
  }
}
