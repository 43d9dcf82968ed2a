/**
 * Products of short polynomials, many side by side in lanes: [lanes, width], the width being a multiple of four. Four by four
 * coefficients in local variables are several times as fast as loops. All are rows of one room, each given by where it starts.
 */
const QUAD = 4;

/** Length of a polynomial with so many terms. */
export const quadWidth = (terms: number): number => QUAD * Math.ceil(terms / QUAD);

/** `sum` += `left` · `right`, cut where `sum` ends. */
export function addProduct(
  room: Float64Array,
  sum: number,
  left: number,
  right: number,
  width: number,
  lanes: number,
): void {
  for (let l = 0; l < width; l += QUAD) {
    for (let r = 0; l + r < width; r += QUAD) {
      addQuadProduct(room, sum + l + r, left + l, right + r, width, lanes);
      if (l + r + QUAD < width) addQuadCarry(room, sum + l + r + QUAD, left + l, right + r, width, lanes);
    }
  }
}

/** `sum` += a number per lane · `polynomial`. */
export function addMultiple(
  room: Float64Array,
  sum: number,
  numbers: number,
  polynomial: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes; lane++) {
    const number = room[numbers + lane]!;
    for (let at = lane * width; at < (lane + 1) * width; at += QUAD) {
      const s = sum + at;
      const p = polynomial + at;
      room[s]! += number * room[p]!;
      room[s + 1]! += number * room[p + 1]!;
      room[s + 2]! += number * room[p + 2]!;
      room[s + 3]! += number * room[p + 3]!;
    }
  }
}

/** A number per lane += the product of two others. */
export function addNumbers(
  room: Float64Array,
  sum: number,
  left: number,
  right: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes; lane++) room[sum + lane]! += room[left + lane]! * room[right + lane]!;
}

/** A number per lane += the sum of what coefficients count for. */
export function addDot(
  room: Float64Array,
  sum: number,
  left: number,
  right: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes; lane++) {
    let dot = 0;
    for (let at = lane * width; at < (lane + 1) * width; at++) dot += room[left + at]! * room[right + at]!;
    room[sum + lane]! += dot;
  }
}

/** The coefficients 0 … 3 of a product of quads. */
function addQuadProduct(
  room: Float64Array,
  sum: number,
  left: number,
  right: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes * width; lane += width) {
    const s = lane + sum;
    const l = lane + left;
    const r = lane + right;
    const a = room[l]!;
    const b = room[l + 1]!;
    const c = room[l + 2]!;
    const d = room[l + 3]!;
    const e = room[r]!;
    const f = room[r + 1]!;
    const g = room[r + 2]!;
    const h = room[r + 3]!;
    room[s]! += a * e;
    room[s + 1]! += a * f + b * e;
    room[s + 2]! += a * g + b * f + c * e;
    room[s + 3]! += a * h + b * g + c * f + d * e;
  }
}

/** The coefficients 4 … 6 of a product of quads, into the next quad. */
function addQuadCarry(
  room: Float64Array,
  sum: number,
  left: number,
  right: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes * width; lane += width) {
    const s = lane + sum;
    const l = lane + left;
    const r = lane + right;
    const b = room[l + 1]!;
    const c = room[l + 2]!;
    const d = room[l + 3]!;
    const f = room[r + 1]!;
    const g = room[r + 2]!;
    const h = room[r + 3]!;
    room[s]! += b * h + c * g + d * f;
    room[s + 1]! += c * h + d * g;
    room[s + 2]! += d * h;
  }
}

/**
 * `sum` += what each coefficient of one factor counts for, where `worth` says so of the product and `other` is the other
 * factor: sum_i += Σ_k worth_(i + k) · other_k.
 */
export function addWorth(
  room: Float64Array,
  sum: number,
  worth: number,
  other: number,
  width: number,
  lanes: number,
): void {
  for (let s = 0; s < width; s += QUAD) {
    for (let o = 0; s + o < width; o += QUAD) {
      addQuadWorth(room, sum + s, worth + s + o, other + o, width, lanes);
      if (s + o + QUAD < width) addCarriedWorth(room, sum + s, worth + s + o + QUAD, other + o, width, lanes);
    }
  }
}

/** The reverse of addQuadProduct. */
function addQuadWorth(
  room: Float64Array,
  sum: number,
  worth: number,
  other: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes * width; lane += width) {
    const s = lane + sum;
    const w = lane + worth;
    const o = lane + other;
    const a = room[w]!;
    const b = room[w + 1]!;
    const c = room[w + 2]!;
    const d = room[w + 3]!;
    const e = room[o]!;
    const f = room[o + 1]!;
    const g = room[o + 2]!;
    const h = room[o + 3]!;
    room[s]! += a * e + b * f + c * g + d * h;
    room[s + 1]! += b * e + c * f + d * g;
    room[s + 2]! += c * e + d * f;
    room[s + 3]! += d * e;
  }
}

/** The reverse of addQuadCarry. */
function addCarriedWorth(
  room: Float64Array,
  sum: number,
  worth: number,
  other: number,
  width: number,
  lanes: number,
): void {
  for (let lane = 0; lane < lanes * width; lane += width) {
    const s = lane + sum;
    const w = lane + worth;
    const o = lane + other;
    const a = room[w]!;
    const b = room[w + 1]!;
    const c = room[w + 2]!;
    const f = room[o + 1]!;
    const g = room[o + 2]!;
    const h = room[o + 3]!;
    room[s + 1]! += a * h;
    room[s + 2]! += a * g + b * h;
    room[s + 3]! += a * f + b * g + c * h;
  }
}
