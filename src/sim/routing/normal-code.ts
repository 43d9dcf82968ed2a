import { f64, f64x2, i32, i32x4, whilst } from '../wasm/code';
import { cosineOfTurns, exponential, logarithm } from '../wasm/elementary';
import type { Source } from '../wasm/module';
import { PAIR, pairOf, step } from '../wasm/steps';

/** Numbers drawn as WebAssembly, two at a time: several times as fast, and the same digits on every engine. */

/**
 * Standard normal numbers by Box and Muller (Ann. Math. Statist. 29, 1958), the cosine branch, each from two random numbers
 * of 32 bits, in the place of these.
 */
const toNormals: Source = {
  body: (parameter, variable) => {
    const [bits, end] = pairOf(parameter, 'i32');
    const [numbers, radius] = [variable('f64x2'), variable('f64x2')];
    const [log, cosine] = [logarithm(variable), cosineOfTurns(variable)];
    // Never 0, so that its logarithm exists.
    const uniform = (first: number) =>
      f64x2.mul(
        f64x2.add(
          f64x2.ofUnsigned(i32x4.pick(numbers.get, first, first + 2, first, first + 2)),
          f64x2.twice(f64.of(0.5)),
        ),
        f64x2.twice(f64.of(2 ** -32)),
      );
    return whilst(
      i32.isLess(bits.get, end.get),
      numbers.set(f64x2.load(bits.get)),
      radius.set(f64x2.sqrt(f64x2.mul(log(uniform(0)), f64x2.twice(f64.of(-2))))),
      f64x2.store(bits.get, f64x2.mul(radius.get, cosine(uniform(1)))),
      step(bits, PAIR),
    );
  },
};

/** e to the power of each number, `factor` times, in its place. */
const toExponentials: Source = {
  body: (parameter, variable) => {
    const [at, end] = pairOf(parameter, 'i32');
    const factor = parameter('f64');
    const exp = exponential(variable, 12);
    return whilst(
      i32.isLess(at.get, end.get),
      f64x2.store(at.get, exp(f64x2.mul(f64x2.load(at.get), f64x2.twice(factor.get)))),
      step(at, PAIR),
    );
  },
};

export const normalCode = { toNormals, toExponentials };
