import { type Code, f64, f64x2, i32 } from '../wasm/code';
import { exponential } from '../wasm/elementary';
import type { Source } from '../wasm/module';
import { byPairs, one, pairAccess, pairOf, zero } from '../wasm/steps';

/** Of the exponential: rates need no more digits than six. */
const TERMS = 6;
/** A step may take so much of a rate. */
const MOST_LESS = 0.8;

/**
 * One step of Newton's method (limited-rates.ts) for the rates of a group, two at a time. `late` is P(the group is not met
 * by u), `rest` 1 - u, `most` the share that any expert can have. Returns the sum of the new rates.
 */
export const stepRates: Source = {
  returns: 'f64',
  body: (parameter, variable) => {
    const [rates, targets, bytes] = [parameter('i32'), parameter('i32'), parameter('i32')];
    const [late, rest, most] = [parameter('f64'), parameter('f64'), parameter('f64')];
    const at = variable('i32');
    const [rate, wanted] = pairOf(variable, 'f64x2');
    const [absent, absentLate] = pairOf(variable, 'f64x2');
    const [lates, rests] = pairOf(variable, 'f64x2');
    const sum = variable('f64x2');
    const exp = exponential(variable, TERMS);
    const negative = (value: Code): Code => f64x2.sub(zero, value);
    const ofPair = (isAlone: boolean): Code => {
      const { load, store } = pairAccess(isAlone);
      const excess = f64x2.sub(
        f64x2.sub(f64x2.sub(one, absent.get), f64x2.mul(lates.get, f64x2.sub(one, absentLate.get))),
        wanted.get,
      );
      const slope = f64x2.sub(absent.get, f64x2.mul(lates.get, f64x2.mul(rests.get, absentLate.get)));
      return [
        ...rate.set(load(i32.add(rates.get, at.get))),
        ...wanted.set(f64x2.min(load(i32.add(targets.get, at.get)), f64x2.twice(most.get))),
        ...absent.set(exp(negative(rate.get))),
        ...absentLate.set(exp(negative(f64x2.mul(rate.get, rests.get)))),
        ...rate.set(
          f64x2.max(
            f64x2.mul(rate.get, f64x2.twice(f64.of(1 - MOST_LESS))),
            f64x2.sub(rate.get, f64x2.div(excess, slope)),
          ),
        ),
        ...store(i32.add(rates.get, at.get), rate.get),
        ...sum.set(f64x2.add(sum.get, rate.get)),
      ];
    };
    return [
      ...lates.set(f64x2.twice(late.get)),
      ...rests.set(f64x2.twice(rest.get)),
      ...byPairs(at, bytes.get, ofPair),
      ...f64.add(f64x2.first(sum.get), f64x2.second(sum.get)),
    ];
  },
};
