/**
 * Counts of arrivals as polynomials, the coefficient of x^m being the probability of m, in octets of eight coefficients.
 * Eight local variables are several times as fast as a loop over an array, and most routers choose at most eight experts;
 * longer polynomials go octet by octet, each handing on what it carries over for every racer.
 */
export const OCTET = 8;

/** Length of a polynomial with so many terms. */
export const octetWidth = (terms: number): number => OCTET * Math.ceil(terms / OCTET);

/** Some racers: the first `count` of the list. Racer r has its odds at `now` + r of all. */
export interface Racers {
  readonly list: Uint16Array;
  readonly count: number;
}

export const allRacers = (list: Uint16Array): Racers => ({ list, count: list.length });

/** Multiplies the polynomial at `at` by 1 + o·x for each racer's odds o. */
export function multiplyByOdds(
  polynomials: Float64Array,
  at: number,
  width: number,
  odds: Float64Array,
  now: number,
  { list, count }: Racers,
): void {
  const carries = width > OCTET ? new Float64Array(count) : null;
  for (let octet = at; octet < at + width; octet += OCTET) {
    let a = polynomials[octet]!;
    let b = polynomials[octet + 1]!;
    let c = polynomials[octet + 2]!;
    let d = polynomials[octet + 3]!;
    let e = polynomials[octet + 4]!;
    let f = polynomials[octet + 5]!;
    let g = polynomials[octet + 6]!;
    let h = polynomials[octet + 7]!;
    for (let i = 0; i < count; i++) {
      const o = odds[now + list[i]!]!;
      const last = h;
      h += o * g;
      g += o * f;
      f += o * e;
      e += o * d;
      d += o * c;
      c += o * b;
      b += o * a;
      if (carries) {
        a += o * carries[i]!;
        carries[i] = last;
      }
    }
    polynomials[octet] = a;
    polynomials[octet + 1] = b;
    polynomials[octet + 2] = c;
    polynomials[octet + 3] = d;
    polynomials[octet + 4] = e;
    polynomials[octet + 5] = f;
    polynomials[octet + 6] = g;
    polynomials[octet + 7] = h;
  }
}

/** `quotient` = the polynomial at `at`, divided by 1 + o·x for each racer's odds o. */
export function dividedByOdds(
  quotient: Float64Array,
  polynomials: Float64Array,
  at: number,
  odds: Float64Array,
  now: number,
  { list, count }: Racers,
): void {
  const width = quotient.length;
  const carries = width > OCTET ? new Float64Array(count) : null;
  for (let octet = 0; octet < width; octet += OCTET) {
    let a = polynomials[at + octet]!;
    let b = polynomials[at + octet + 1]!;
    let c = polynomials[at + octet + 2]!;
    let d = polynomials[at + octet + 3]!;
    let e = polynomials[at + octet + 4]!;
    let f = polynomials[at + octet + 5]!;
    let g = polynomials[at + octet + 6]!;
    let h = polynomials[at + octet + 7]!;
    for (let i = 0; i < count; i++) {
      const o = odds[now + list[i]!]!;
      if (carries) a -= o * carries[i]!;
      b -= o * a;
      c -= o * b;
      d -= o * c;
      e -= o * d;
      f -= o * e;
      g -= o * f;
      h -= o * g;
      if (carries) carries[i] = h;
    }
    quotient[octet] = a;
    quotient[octet + 1] = b;
    quotient[octet + 2] = c;
    quotient[octet + 3] = d;
    quotient[octet + 4] = e;
    quotient[octet + 5] = f;
    quotient[octet + 6] = g;
    quotient[octet + 7] = h;
  }
}

/** Multiplies the polynomial at `at` by `stays` + `passes`·x. */
export function multiplyByOne(
  polynomials: Float64Array,
  at: number,
  width: number,
  stays: number,
  passes: number,
): void {
  for (let m = at + width - 1; m > at; m--) {
    polynomials[m] = polynomials[m]! * stays + polynomials[m - 1]! * passes;
  }
  polynomials[at]! *= stays;
}

/** Σ of a polynomial's coefficients times those at `at`. */
export function dot(polynomial: Float64Array, others: Float64Array, at: number): number {
  let sum = 0;
  for (let m = 0; m < polynomial.length; m++) sum += polynomial[m]! * others[at + m]!;
  return sum;
}
