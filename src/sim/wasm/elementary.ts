import { type Code, f64, f64x2, i32x4, i64x2 } from './code';
import type { Declare } from './module';
import { upTo } from './steps';

/** A function of two numbers at once. */
type Elementary = (x: Code) => Code;

const MANTISSA_BITS = 52;
const EXPONENT_BIAS = 1023;
/** So large that the last bits are those of a whole number added to it. */
const TO_WHOLE = 2 ** 52 + 2 ** 51;
/** ln 2 in two parts, the first with so few digits that a whole number times it is exact (fdlibm, e_exp.c). */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** Of exponentials: beyond it numbers lose digits, or are too large. */
const MOST = 700;

const twice = (value: number): Code => f64x2.twice(f64.of(value));

/** Σ of coefficients times powers of x (Horner). */
const series = (x: Code, coefficients: readonly number[]): Code =>
  coefficients
    .slice(0, -1)
    .reduceRight<Code>(
      (sum, coefficient) => f64x2.add(f64x2.mul(sum, x), twice(coefficient)),
      twice(coefficients.at(-1)!),
    );

const factorial = (n: number): number => upTo(n).reduce((product, i) => product * (i + 1), 1);

interface Power {
  /** Sets 2^n and r, n being the whole number nearest to x / ln 2, and r what is left of x; x is held to ±700. */
  readonly split: (x: Code) => Code;
  readonly power: Code;
  readonly rest: Code;
}

function powerOfTwo(variable: Declare): Power {
  const [whole, rest] = [variable('f64x2'), variable('f64x2')];
  return {
    split: (x) => [
      ...rest.set(f64x2.min(f64x2.max(x, twice(-MOST)), twice(MOST))),
      ...whole.set(f64x2.nearest(f64x2.mul(rest.get, twice(Math.LOG2E)))),
      ...rest.set(f64x2.sub(rest.get, f64x2.mul(whole.get, twice(LN2_HIGH)))),
      ...rest.set(f64x2.sub(rest.get, f64x2.mul(whole.get, twice(LN2_LOW)))),
      ...whole.set(i64x2.shiftUp(f64x2.add(whole.get, twice(TO_WHOLE + EXPONENT_BIAS)), MANTISSA_BITS)),
    ],
    power: whole.get,
    rest: rest.get,
  };
}

/**
 * e^x = 2^n · e^r by Taylor's series.
 *
 * @param terms after the first: 6 leave an error of 1e-7, 12 one of 4e-16
 */
export function exponential(variable: Declare, terms: number): Elementary {
  const { split, power, rest } = powerOfTwo(variable);
  const coefficients = upTo(terms + 1).map((n) => 1 / factorial(n));
  return (x) => [...split(x), ...f64x2.mul(series(rest, coefficients), power)];
}

/** e^x - 1 to 4e-16 of it, also where it is small: 2^n · (e^r - 1) + (2^n - 1). */
export function exponentialLessOne(variable: Declare): Elementary {
  const { split, power, rest } = powerOfTwo(variable);
  const coefficients = upTo(12).map((n) => 1 / factorial(n + 1));
  return (x) => [
    ...split(x),
    ...f64x2.add(f64x2.mul(f64x2.mul(series(rest, coefficients), rest), power), f64x2.sub(power, twice(1))),
  ];
}

/**
 * ln x of positive numbers to 4e-16: x = 2^n · m with m from √½ to √2, and ln m = 2·artanh s = 2·(s + s³/3 + …), s being
 * (m - 1) / (m + 1).
 */
export function logarithm(variable: Declare): Elementary {
  const [bits, whole] = [variable('f64x2'), variable('f64x2')];
  const [s, square] = [variable('f64x2'), variable('f64x2')];
  const coefficients = upTo(11).map((n) => 2 / (2 * n + 1));
  return (x) => [
    ...bits.set(x),
    ...whole.set(i64x2.shiftDown(i64x2.sub(bits.get, twice(Math.SQRT1_2)), MANTISSA_BITS)),
    ...bits.set(i64x2.sub(bits.get, i64x2.shiftUp(whole.get, MANTISSA_BITS))),
    ...s.set(f64x2.div(f64x2.sub(bits.get, twice(1)), f64x2.add(bits.get, twice(1)))),
    ...square.set(f64x2.mul(s.get, s.get)),
    ...whole.set(f64x2.ofSigned(i32x4.pick(whole.get, 0, 2, 0, 2))),
    ...f64x2.add(
      f64x2.mul(whole.get, twice(LN2_HIGH)),
      f64x2.add(f64x2.mul(whole.get, twice(LN2_LOW)), f64x2.mul(s.get, series(square.get, coefficients))),
    ),
  ];
}

/** cos(2π·x) for x from 0 to 1 to 4e-16: the sine of 2π·(|x - ½| - ¼), which is at most a quarter of a turn, by its series. */
export function cosineOfTurns(variable: Declare): Elementary {
  const [angle, square] = [variable('f64x2'), variable('f64x2')];
  const coefficients = upTo(11).map((n) => (-1) ** n / factorial(2 * n + 1));
  return (x) => [
    ...angle.set(f64x2.mul(f64x2.sub(f64x2.abs(f64x2.sub(x, twice(0.5))), twice(0.25)), twice(2 * Math.PI))),
    ...square.set(f64x2.mul(angle.get, angle.get)),
    ...f64x2.mul(angle.get, series(square.get, coefficients)),
  ];
}
