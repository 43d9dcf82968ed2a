/**
 * Products of short polynomials, many side by side in lanes: [lanes, width], the width being a multiple of four, or 1 for a
 * number per lane. Four by four coefficients in local variables are several times as fast as loops.
 */
const QUAD = 4;

/** Length of a polynomial with so many terms. */
export const quadWidth = (terms: number): number => QUAD * Math.ceil(terms / QUAD);

/** `sum` += `left` · `right`, cut where `sum` ends. The widths of both polynomials are `width` or 1. */
export function addProduct(
  sum: Float64Array,
  left: Float64Array,
  leftWidth: number,
  right: Float64Array,
  rightWidth: number,
  width: number,
  lanes: number,
): void {
  if (leftWidth === 1) addMultiple(sum, right, left, rightWidth, lanes);
  else if (rightWidth === 1) addMultiple(sum, left, right, leftWidth, lanes);
  else {
    for (let l = 0; l < width; l += QUAD) {
      for (let r = 0; l + r < width; r += QUAD) {
        addQuadProduct(sum, l + r, left, l, right, r, width, lanes);
        if (l + r + QUAD < width) addQuadCarry(sum, l + r + QUAD, left, l, right, r, width, lanes);
      }
    }
  }
}

/** `sum` += a number per lane · `polynomial`. */
function addMultiple(
  sum: Float64Array,
  polynomial: Float64Array,
  numbers: Float64Array,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes; lane++) {
    const number = numbers[lane]!;
    for (let at = lane * width; at < (lane + 1) * width; at++) sum[at]! += number * polynomial[at]!;
  }
}

/** The coefficients 0 … 3 of a product of quads. */
function addQuadProduct(
  sum: Float64Array,
  sumAt: number,
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes * width; lane += width) {
    const s = lane + sumAt;
    const l = lane + leftAt;
    const r = lane + rightAt;
    const a = left[l]!;
    const b = left[l + 1]!;
    const c = left[l + 2]!;
    const d = left[l + 3]!;
    const e = right[r]!;
    const f = right[r + 1]!;
    const g = right[r + 2]!;
    const h = right[r + 3]!;
    sum[s]! += a * e;
    sum[s + 1]! += a * f + b * e;
    sum[s + 2]! += a * g + b * f + c * e;
    sum[s + 3]! += a * h + b * g + c * f + d * e;
  }
}

/** The coefficients 4 … 6 of a product of quads, into the next quad. */
function addQuadCarry(
  sum: Float64Array,
  sumAt: number,
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes * width; lane += width) {
    const s = lane + sumAt;
    const l = lane + leftAt;
    const r = lane + rightAt;
    const b = left[l + 1]!;
    const c = left[l + 2]!;
    const d = left[l + 3]!;
    const f = right[r + 1]!;
    const g = right[r + 2]!;
    const h = right[r + 3]!;
    sum[s]! += b * h + c * g + d * f;
    sum[s + 1]! += c * h + d * g;
    sum[s + 2]! += d * h;
  }
}

/**
 * `sum` += what each coefficient of one factor counts for, where `worth` says so of the product and `other` is the other
 * factor: sum_i += Σ_k worth_(i + k) · other_k. The width of `worth` is that of `sum` or `other` if either is more than 1.
 */
export function addWorth(
  sum: Float64Array,
  sumWidth: number,
  worth: Float64Array,
  other: Float64Array,
  otherWidth: number,
  width: number,
  lanes: number,
): void {
  if (otherWidth === 1) addMultiple(sum, worth, other, sumWidth, lanes);
  else if (sumWidth === 1) addDot(sum, worth, other, width, lanes);
  else {
    for (let s = 0; s < width; s += QUAD) {
      for (let o = 0; s + o < width; o += QUAD) {
        addQuadWorth(sum, s, worth, s + o, other, o, width, lanes);
        if (s + o + QUAD < width) addCarriedWorth(sum, s, worth, s + o + QUAD, other, o, width, lanes);
      }
    }
  }
}

/** A factor that is a number per lane. */
function addDot(
  sum: Float64Array,
  worth: Float64Array,
  other: Float64Array,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes; lane++) {
    for (let at = lane * width; at < (lane + 1) * width; at++) sum[lane]! += worth[at]! * other[at]!;
  }
}

/** The reverse of addQuadProduct. */
function addQuadWorth(
  sum: Float64Array,
  sumAt: number,
  worth: Float64Array,
  worthAt: number,
  other: Float64Array,
  otherAt: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes * width; lane += width) {
    const s = lane + sumAt;
    const w = lane + worthAt;
    const o = lane + otherAt;
    const a = worth[w]!;
    const b = worth[w + 1]!;
    const c = worth[w + 2]!;
    const d = worth[w + 3]!;
    const e = other[o]!;
    const f = other[o + 1]!;
    const g = other[o + 2]!;
    const h = other[o + 3]!;
    sum[s]! += a * e + b * f + c * g + d * h;
    sum[s + 1]! += b * e + c * f + d * g;
    sum[s + 2]! += c * e + d * f;
    sum[s + 3]! += d * e;
  }
}

/** The reverse of addQuadCarry. */
function addCarriedWorth(
  sum: Float64Array,
  sumAt: number,
  worth: Float64Array,
  worthAt: number,
  other: Float64Array,
  otherAt: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes * width; lane += width) {
    const s = lane + sumAt;
    const w = lane + worthAt;
    const o = lane + otherAt;
    const a = worth[w]!;
    const b = worth[w + 1]!;
    const c = worth[w + 2]!;
    const f = other[o + 1]!;
    const g = other[o + 2]!;
    const h = other[o + 3]!;
    sum[s + 1]! += a * h;
    sum[s + 2]! += a * g + b * h;
    sum[s + 3]! += a * f + b * g + c * h;
  }
}
