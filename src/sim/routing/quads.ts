/**
 * Sums of products of short polynomials, many side by side in lanes: [lanes, width], the width being a multiple of four. All
 * are rows of one room, each given by where it starts; numbers are rows too, with one per lane. What is to be multiplied is
 * listed once, sum by sum and four coefficients at a time: a sum of four stays in local variables until it is complete,
 * which is several times as fast as adding to arrays.
 */
const QUAD = 4;

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
  /** For each sum, whether it is a number, where it is, how many products follow, and these: operation and both factors. */
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

export function sumList(width: number): SumList {
  const sums = new Map<number, number[]>();
  const push = (operation: number, sum: number, left: number, right: number): void => {
    const products = sums.get(sum);
    if (products) products.push(operation, left, right);
    else sums.set(sum, [operation, left, right]);
  };
  const add: Readonly<Record<Product, (sum: number, left: number, right: number) => void>> = {
    numbers: (sum, left, right) => push(NUMBERS, sum, left, right),
    dot: (sum, left, right) => {
      for (let at = 0; at < width; at += QUAD) push(DOT, sum, left + at, right + at);
    },
    multiple: (sum, number, polynomial) => {
      for (let at = 0; at < width; at += QUAD) push(MULTIPLE, sum + at, number, polynomial + at);
    },
    product: (sum, left, right) => {
      for (let l = 0; l < width; l += QUAD) {
        for (let r = 0; l + r < width; r += QUAD) {
          push(PRODUCT, sum + l + r, left + l, right + r);
          if (l + r + QUAD < width) push(CARRY, sum + l + r + QUAD, left + l, right + r);
        }
      }
    },
    worth: (sum, worth, other) => {
      for (let s = 0; s < width; s += QUAD) {
        for (let o = 0; s + o < width; o += QUAD) {
          push(WORTH, sum + s, worth + s + o, other + o);
          if (s + o + QUAD < width) push(CARRIED_WORTH, sum + s, worth + s + o + QUAD, other + o);
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
          products.length / 3,
          ...products,
        ]),
      ),
  };
}

/** Works out all sums of a list in the first lanes. */
export function sumProducts(room: Float64Array, listed: Int32Array, width: number, lanes: number): void {
  for (let at = 0; at < listed.length; ) {
    const from = at + 3;
    const to = from + 3 * listed[at + 2]!;
    if (listed[at] === 1) sumNumbers(room, listed, listed[at + 1]!, from, to, width, lanes);
    else sumQuads(room, listed, listed[at + 1]!, from, to, width, lanes);
    at = to;
  }
}

function sumNumbers(
  room: Float64Array,
  listed: Int32Array,
  sum: number,
  from: number,
  to: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes; lane++) {
    let total = 0;
    for (let at = from; at < to; at += 3) {
      const stride = listed[at] === NUMBERS ? 1 : width;
      const l = listed[at + 1]! + lane * stride;
      const r = listed[at + 2]! + lane * stride;
      if (listed[at] === NUMBERS) total += room[l]! * room[r]!;
      else {
        total +=
          room[l]! * room[r]! +
          room[l + 1]! * room[r + 1]! +
          room[l + 2]! * room[r + 2]! +
          room[l + 3]! * room[r + 3]!;
      }
    }
    room[sum + lane] = total;
  }
}

function sumQuads(
  room: Float64Array,
  listed: Int32Array,
  sum: number,
  from: number,
  to: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes; lane++) {
    const own = lane * width;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let at = from; at < to; at += 3) {
      const operation = listed[at]!;
      const r = listed[at + 2]! + own;
      const r0 = room[r]!;
      const r1 = room[r + 1]!;
      const r2 = room[r + 2]!;
      const r3 = room[r + 3]!;
      if (operation === MULTIPLE) {
        const number = room[listed[at + 1]! + lane]!;
        a += number * r0;
        b += number * r1;
        c += number * r2;
        d += number * r3;
        continue;
      }
      const l = listed[at + 1]! + own;
      const l0 = room[l]!;
      const l1 = room[l + 1]!;
      const l2 = room[l + 2]!;
      const l3 = room[l + 3]!;
      switch (operation) {
        case PRODUCT:
          a += l0 * r0;
          b += l0 * r1 + l1 * r0;
          c += l0 * r2 + l1 * r1 + l2 * r0;
          d += l0 * r3 + l1 * r2 + l2 * r1 + l3 * r0;
          break;
        case CARRY:
          a += l1 * r3 + l2 * r2 + l3 * r1;
          b += l2 * r3 + l3 * r2;
          c += l3 * r3;
          break;
        case WORTH:
          a += l0 * r0 + l1 * r1 + l2 * r2 + l3 * r3;
          b += l1 * r0 + l2 * r1 + l3 * r2;
          c += l2 * r0 + l3 * r1;
          d += l3 * r0;
          break;
        default:
          b += l0 * r3;
          c += l0 * r2 + l1 * r3;
          d += l0 * r1 + l1 * r2 + l2 * r3;
      }
    }
    const s = sum + own;
    room[s] = a;
    room[s + 1] = b;
    room[s + 2] = c;
    room[s + 3] = d;
  }
}
