/**
 * Sums of products of short polynomials, for two cases side by side: [width, 2], the width being a multiple of four. All are
 * given by their addresses in bytes; numbers are pairs too. What is to be multiplied is listed once, sum by sum and four
 * coefficients at a time: a sum of four stays in local variables until it is complete (sum-code.ts).
 */
export const QUAD = 4;
/** Bytes of a number, or of a coefficient, in both cases. */
export const PAIR_BYTES = 16;
const QUAD_BYTES = QUAD * PAIR_BYTES;

/** Length of a polynomial with so many terms. */
export const quadWidth = (terms: number): number => QUAD * Math.ceil(terms / QUAD);

/**
 * What is added to a sum:
 * - `numbers`: a number · another.
 * - `dot`: the sum of the coefficients of a polynomial times those of another, a number.
 * - `multiple`: a number · a polynomial.
 * - `product`: a polynomial · another, cut where the sum ends.
 * - `worth`: what each coefficient of a factor counts for, where the first polynomial says so of the product and the other
 *   is the other factor: sum_i += Σ_k first_(i + k) · other_k.
 */
type Product = 'numbers' | 'dot' | 'multiple' | 'product' | 'worth';

/** Sums in the order in which they are worked out: a sum may be a factor of those that were begun after it was complete. */
export interface SumList {
  /** Adds to a row the product of two others. */
  readonly add: (product: Product, sum: number, left: number, right: number) => void;
  /** For each sum, whether it is a number, where it is, the bytes of the products that follow, and these: operation and both factors. */
  readonly listed: () => Int32Array;
}

const NUMBERS = 0;
const DOT = 1;
const MULTIPLE = 2;
const PRODUCT = 3;
/** What a product of quads carries into the next quad. */
const CARRY = 4;
/** The reverse of both. */
const WORTH = 5;
const CARRIED_WORTH = 6;
const WORD_BYTES = 4;

/** @param width coefficients of a polynomial */
export function sumList(width: number): SumList {
  const bytes = width * PAIR_BYTES;
  const sums = new Map<number, number[]>();
  const push = (operation: number, sum: number, left: number, right: number): void => {
    const products = sums.get(sum);
    if (products) products.push(operation, left, right);
    else sums.set(sum, [operation, left, right]);
  };
  const add: Readonly<Record<Product, (sum: number, left: number, right: number) => void>> = {
    numbers: (sum, left, right) => push(NUMBERS, sum, left, right),
    dot: (sum, left, right) => {
      for (let at = 0; at < bytes; at += QUAD_BYTES) push(DOT, sum, left + at, right + at);
    },
    multiple: (sum, number, polynomial) => {
      for (let at = 0; at < bytes; at += QUAD_BYTES) push(MULTIPLE, sum + at, number, polynomial + at);
    },
    product: (sum, left, right) => {
      for (let l = 0; l < bytes; l += QUAD_BYTES) {
        for (let r = 0; l + r < bytes; r += QUAD_BYTES) {
          push(PRODUCT, sum + l + r, left + l, right + r);
          if (l + r + QUAD_BYTES < bytes) push(CARRY, sum + l + r + QUAD_BYTES, left + l, right + r);
        }
      }
    },
    worth: (sum, worth, other) => {
      for (let s = 0; s < bytes; s += QUAD_BYTES) {
        for (let o = 0; s + o < bytes; o += QUAD_BYTES) {
          push(WORTH, sum + s, worth + s + o, other + o);
          if (s + o + QUAD_BYTES < bytes) push(CARRIED_WORTH, sum + s, worth + s + o + QUAD_BYTES, other + o);
        }
      }
    },
  };
  return {
    add: (product, sum, left, right) => add[product](sum, left, right),
    listed: () =>
      Int32Array.from(
        [...sums].flatMap(([sum, products]) => [
          Number(products[0]! <= DOT),
          sum,
          products.length * WORD_BYTES,
          ...products,
        ]),
      ),
  };
}
