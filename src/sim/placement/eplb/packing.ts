import { IndexHeap, indices } from './index-heap';

/** Where each item went: its pack and its place in it. */
export interface Packing {
  readonly pack: Uint32Array;
  readonly place: Uint32Array;
}

/**
 * Packs n weighted items into packs of n / packs items each: heaviest first, each into the lightest pack that still has
 * room. Equal items go in index order, equal packs likewise. One item per pack: item i is pack i, whatever it weighs.
 *
 * EPLB's `balanced_packing` (deepseek-ai/EPLB@d52c72d, eplb.py). It sums in single precision, so this does.
 *
 * @param weights [n], single precision
 * @param packs   divides n
 */
export function balancedPacking(weights: Float32Array, packs: number): Packing {
  const room = weights.length / packs;
  const pack = indices(weights.length);
  const place = new Uint32Array(weights.length);
  if (room === 1) return { pack, place };
  const packed = new Float32Array(packs);
  const items = new Uint32Array(packs);
  const lightest = new IndexHeap(packed);
  for (const item of heaviestFirst(weights)) {
    const into = lightest.top;
    pack[item] = into;
    place[item] = items[into]!++;
    if (items[into] === room) lightest.drop();
    else lightest.grow(packed[into]! + weights[item]!);
  }
  return { pack, place };
}

/** More items than any layer has slots. */
const INDEX_SPAN = 2 ** 20;
const LARGEST_BITS = 2 ** 32 - 1;

/**
 * Indices by falling weight, equal ones in index order. The bits of a non-negative single-precision number grow with it,
 * so that bits and index make one key of 52 bits: to sort plain numbers is five times as fast as to compare by a function.
 */
function heaviestFirst(weights: Float32Array): Uint32Array {
  const n = weights.length;
  const bits = new Uint32Array(weights.slice().buffer);
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) keys[i] = (LARGEST_BITS - bits[i]!) * INDEX_SPAN + i;
  keys.sort();
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = keys[i]! % INDEX_SPAN;
  return order;
}
