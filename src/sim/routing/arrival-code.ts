import { type Code, f64, f64x2, i32, type Variable, when, whilst } from '../wasm/code';
import { exponentialLessOne } from '../wasm/elementary';
import type { Declare, Source } from '../wasm/module';
import { add, byPairs, fourOf, NUMBER, one, PAIR, pairAccess, step, zero } from '../wasm/steps';
import { OCTET } from './octets';

/**
 * The loops of a race as WebAssembly, two racers at a time, which is several times as fast as JavaScript, and from the first
 * run on. Counts of arrivals are polynomials, the coefficient of x^m being the probability of m, in octets of eight
 * coefficients: most routers choose at most eight experts; longer polynomials go octet by octet, each handing on what it
 * carries over for every racer. Parameters are addresses and lengths in bytes, and numbers.
 */
const OCTET_BYTES = OCTET * NUMBER;

/**
 * Odds o at a time that is the sum of two others, from those p and q at these: p + q + p·q. Returns the largest.
 */
const growOdds: Source = {
  returns: 'f64',
  body: (parameter, variable) => {
    const [now, before, earlier, bytes] = fourOf(parameter, 'i32');
    const at = variable('i32');
    const [odds, other, most] = [variable('f64x2'), variable('f64x2'), variable('f64x2')];
    return [
      ...whilst(
        i32.isLess(at.get, bytes.get),
        other.set(f64x2.load(i32.add(earlier.get, at.get))),
        odds.set(
          f64x2.add(f64x2.mul(f64x2.load(i32.add(before.get, at.get)), f64x2.add(one, other.get)), other.get),
        ),
        f64x2.store(i32.add(now.get, at.get), odds.get),
        most.set(f64x2.max(most.get, odds.get)),
        step(at, PAIR),
      ),
      ...f64.max(f64x2.first(most.get), f64x2.second(most.get)),
    ];
  },
};

/**
 * Odds e^(w·t) - 1 at a time t, from rates w; the last of two may stand alone. Returns the largest.
 */
const startOdds: Source = {
  returns: 'f64',
  body: (parameter, variable) => {
    const [now, rates, bytes] = [parameter('i32'), parameter('i32'), parameter('i32')];
    const time = parameter('f64');
    const at = variable('i32');
    const [odds, most] = [variable('f64x2'), variable('f64x2')];
    const lessOne = exponentialLessOne(variable);
    const ofPair = (isAlone: boolean): Code => {
      const { load, store } = pairAccess(isAlone);
      return [
        ...odds.set(lessOne(f64x2.mul(load(i32.add(rates.get, at.get)), f64x2.twice(time.get)))),
        ...store(i32.add(now.get, at.get), odds.get),
        ...most.set(f64x2.max(most.get, odds.get)),
      ];
    };
    return [...byPairs(at, bytes.get, ofPair), ...f64.max(f64x2.first(most.get), f64x2.second(most.get))];
  },
};

const octet = (variable: Declare): Variable[] => Array.from({ length: OCTET }, () => variable('f64x2'));

/** Groups in memory, one after the other: the place of the first racer in a row of all, and the racers, in bytes. */
export const GROUP = { first: 0, count: 4, bytes: 8 } as const;

/**
 * For each group: its polynomial is set to the number in `starts` times 1 + o·x for each of the odds o: two halves of the racers
 * side by side, which are then multiplied. `halves` is room for both, a zero between them, and a pair per racer.
 */
const multiplyByOdds: Source = {
  body: (parameter, variable) => {
    const [polynomial, width, row, halves] = fourOf(parameter, 'i32');
    const [group, groups, starts] = [parameter('i32'), parameter('i32'), parameter('i32')];
    const [odds, count] = [variable('i32'), variable('i32')];
    const at = variable('i32');
    const done = variable('i32');
    const other = variable('i32');
    const carries = variable('i32');
    const c = octet(variable);
    const [o, last, sum] = [variable('f64x2'), variable('f64x2'), variable('f64x2')];
    const isLong = i32.isLess(i32.of(OCTET_BYTES), width.get);
    const carry = i32.add(carries.get, i32.add(at.get, at.get));
    const racer =
      (carried: boolean) =>
      (isAlone: boolean): Code => [
        ...o.set(pairAccess(isAlone).load(i32.add(odds.get, at.get))),
        ...last.set(c[OCTET - 1]!.get),
        ...Array.from({ length: OCTET - 1 }, (_, i) => OCTET - 1 - i).flatMap((m) =>
          c[m]!.set(f64x2.add(c[m]!.get, f64x2.mul(o.get, c[m - 1]!.get))),
        ),
        ...(carried
          ? [
              ...c[0]!.set(f64x2.add(c[0]!.get, f64x2.mul(o.get, f64x2.load(carry)))),
              ...f64x2.store(carry, last.get),
            ]
          : []),
      ];
    const second = i32.add(i32.add(halves.get, width.get), i32.add(done.get, i32.of(PAIR)));
    const oneGroup: Code = [
      ...carries.set(i32.add(i32.add(halves.get, i32.of(2 * PAIR)), i32.add(width.get, width.get))),
      ...when(
        isLong,
        byPairs(at, count.get, () => f64x2.store(carry, zero)),
      ),
      ...c[0]!.set(f64x2.replaceFirst(one, f64.load(starts.get))),
      ...whilst(
        i32.isLess(done.get, width.get),
        when(isLong, byPairs(at, count.get, racer(true)), byPairs(at, count.get, racer(false))),
        c.flatMap((coefficient, m) => [
          ...f64.store(i32.add(halves.get, done.get), f64x2.first(coefficient.get), m * NUMBER),
          ...f64.store(second, f64x2.second(coefficient.get), m * NUMBER),
          ...coefficient.set(zero),
        ]),
        step(done, OCTET_BYTES),
      ),
      ...done.set(i32.of(0)),
      ...whilst(
        i32.isLess(done.get, width.get),
        sum.set(zero),
        at.set(i32.of(0)),
        other.set(i32.add(i32.add(halves.get, width.get), i32.add(done.get, i32.of(PAIR)))),
        whilst(
          i32.isLess(at.get, i32.add(done.get, i32.of(PAIR))),
          sum.set(
            f64x2.add(
              sum.get,
              f64x2.mul(f64x2.loadTwice(i32.add(halves.get, at.get)), f64x2.load(other.get)),
            ),
          ),
          step(at, NUMBER),
          step(other, -NUMBER),
        ),
        f64x2.store(i32.add(polynomial.get, done.get), sum.get),
        step(done, PAIR),
      ),
    ];
    return whilst(
      i32.isLess(i32.of(0), groups.get),
      odds.set(i32.add(row.get, i32.load(group.get, GROUP.first))),
      count.set(i32.load(group.get, GROUP.count)),
      done.set(i32.of(0)),
      oneGroup,
      add(polynomial, width.get),
      step(starts, NUMBER),
      step(group, GROUP.bytes),
      step(groups, -1),
    );
  },
};

export const arrivalCode = { startOdds, growOdds, multiplyByOdds };
