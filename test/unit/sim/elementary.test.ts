import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Code, f64x2, i32 } from '../../../src/sim/wasm/code';
import { cosineOfTurns, exponential, exponentialLessOne, logarithm } from '../../../src/sim/wasm/elementary';
import { compiled, type Declare, type Source } from '../../../src/sim/wasm/module';

const inPlace = (functionOf: (variable: Declare) => (x: Code) => Code): Source => ({
  body: (_, variable) => f64x2.store(i32.of(0), functionOf(variable)(f64x2.load(i32.of(0)))),
});

const { loops, buffer } = compiled({
  exp: inPlace((variable) => exponential(variable, 12)),
  roughExp: inPlace((variable) => exponential(variable, 6)),
  lessOne: inPlace(exponentialLessOne),
  log: inPlace(logarithm),
  cosine: inPlace(cosineOfTurns),
})(1);
const numbers = new Float64Array(buffer, 0, 2);

/** Both numbers come out as they should: `error` apart at most, as part of the value or of `scale`. */
const holds = (
  name: keyof typeof loops,
  of: (x: number) => number,
  range: { min: number; max: number },
  error: number,
  scale = 0,
) => {
  const any = fc.double({ ...range, noNaN: true });
  fc.assert(
    fc.property(any, any, (first, second) => {
      numbers.set([first, second]);
      loops[name]();
      [first, second].forEach((x, i) => {
        const wanted = of(x);
        expect(Math.abs(numbers[i]! - wanted)).toBeLessThanOrEqual(error * Math.max(Math.abs(wanted), scale));
      });
    }),
    { numRuns: 2000 },
  );
};

test('exponentials', () => {
  holds('exp', Math.exp, { min: -700, max: 700 }, 1e-15);
  holds('exp', Math.exp, { min: -1, max: 1 }, 1e-15);
  holds('roughExp', Math.exp, { min: -50, max: 1 }, 1e-6);
});

test('exponentials below the smallest are as good as nothing, those above the largest finite', () => {
  numbers.set([-1e9, 1e9]);
  loops.exp();
  expect(numbers[0]).toBeLessThan(1e-300);
  expect(numbers[1]).toBeGreaterThan(1e300);
  expect(numbers[1]).toBeLessThan(Number.POSITIVE_INFINITY);
});

test('exponentials less one keep their digits where they are small', () => {
  holds('lessOne', Math.expm1, { min: 0, max: 700 }, 1e-15);
  holds('lessOne', Math.expm1, { min: 0, max: 1e-6 }, 1e-15);
});

test('logarithms', () => {
  holds('log', Math.log, { min: 2 ** -33, max: 1 }, 1e-15);
  holds('log', Math.log, { min: 0.9, max: 1.1 }, 1e-15);
  holds('log', Math.log, { min: 1, max: 1e300 }, 1e-15);
});

test('cosines of turns', () => {
  holds('cosine', (x) => Math.cos(2 * Math.PI * x), { min: 0, max: 1 }, 1e-15, 1);
});
