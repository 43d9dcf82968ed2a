import { type Code, f64, f64x2, i32, type Variable, when, whilst } from '../wasm/code';
import type { Declare, Source } from '../wasm/module';
import { add, byPairs, fourOf, NUMBER, one, PAIR, pairAccess, step, zero } from '../wasm/steps';
import { GROUP } from './arrival-code';
import { OCTET } from './octets';

/** What becomes of arrivals: the loops of shares and hits (see arrival-code.ts). */
const OCTET_BYTES = OCTET * NUMBER;

const octet = (variable: Declare): Variable[] => Array.from({ length: OCTET }, () => variable('f64x2'));

/**
 * Adds to what racers have been chosen, group by group, what they are at one time: that the group has delivered m and others
 * come, `arrived` · `environment`, by Horner's rule at minus the odds of each, which takes the racer itself out. Beside it
 * stands what a usual token adds: all that it would come to, less that at the times. `worth` is room for a polynomial.
 */
const addInclusion: Source = {
  body: (parameter, variable) => {
    const [arrived, environment, width, worth] = fourOf(parameter, 'i32');
    const [allOdds, allRates, allInclusion, group] = fourOf(parameter, 'i32');
    const [groups, chance] = [parameter('i32'), parameter('i32')];
    const [stop, alive] = [parameter('f64'), parameter('f64')];
    const [odds, rates, inclusion, count] = fourOf(variable, 'i32');
    const [at, more] = [variable('i32'), variable('i32')];
    const sum = variable('f64');
    const [o, rate, value, absent] = [
      variable('f64x2'),
      variable('f64x2'),
      variable('f64x2'),
      variable('f64x2'),
    ];
    const racer = (isAlone: boolean): Code => {
      const { load, store } = pairAccess(isAlone);
      const own = i32.add(inclusion.get, at.get);
      const usual = f64x2.sub(
        f64x2.mul(f64x2.sub(one, absent.get), f64x2.twice(stop.get)),
        f64x2.mul(f64x2.mul(rate.get, absent.get), f64x2.twice(alive.get)),
      );
      return [
        ...o.set(load(i32.add(odds.get, at.get))),
        ...rate.set(load(i32.add(rates.get, at.get))),
        ...value.set(zero),
        ...more.set(width.get),
        ...whilst(
          i32.isLess(i32.of(0), more.get),
          step(more, -OCTET_BYTES),
          Array.from({ length: OCTET }, (_, i) => OCTET - 1 - i).flatMap((m) =>
            value.set(
              f64x2.sub(
                f64x2.loadTwice(i32.add(worth.get, more.get), m * NUMBER),
                f64x2.mul(o.get, value.get),
              ),
            ),
          ),
        ),
        ...absent.set(f64x2.div(one, f64x2.add(one, o.get))),
        ...store(
          own,
          f64x2.add(
            load(own),
            f64x2.mul(f64x2.loadTwice(chance.get), f64x2.add(f64x2.mul(rate.get, value.get), usual)),
          ),
        ),
      ];
    };
    const oneGroup: Code = [
      ...more.set(i32.of(0)),
      ...whilst(
        i32.isLess(more.get, width.get),
        sum.set(f64.of(0)),
        at.set(i32.of(0)),
        whilst(
          i32.isLess(i32.add(at.get, more.get), width.get),
          sum.set(
            f64.add(
              sum.get,
              f64.mul(
                f64.load(i32.add(arrived.get, at.get)),
                f64.load(i32.add(environment.get, i32.add(at.get, more.get))),
              ),
            ),
          ),
          step(at, NUMBER),
        ),
        f64.store(i32.add(worth.get, more.get), sum.get),
        step(more, NUMBER),
      ),
      ...byPairs(at, count.get, racer),
    ];
    const own = (all: Variable): Code => i32.add(all.get, i32.load(group.get, GROUP.first));
    return whilst(
      i32.isLess(i32.of(0), groups.get),
      odds.set(own(allOdds)),
      rates.set(own(allRates)),
      inclusion.set(own(allInclusion)),
      count.set(i32.load(group.get, GROUP.count)),
      oneGroup,
      add(arrived, width.get),
      add(environment, width.get),
      step(chance, NUMBER),
      step(group, GROUP.bytes),
      step(groups, -1),
    );
  },
};

/** Two parts side by side (part-layout.ts): where what is known of them stands, and where their racers begin. */
export const PARTS = { groups: 0, count: 8, rates: 16, chances: 32, sums: 48, racers: 64 } as const;

/**
 * Adds to the hits of parts, two by two, those at one time: the polynomial of a part's group, divided by 1 + o·x for the
 * odds o of each of its racers, times what it counts for that the group has delivered so many; and beside it a usual token.
 */
const addHits: Source = {
  body: (parameter, variable) => {
    const [parts, end, odds, arrived] = fourOf(parameter, 'i32');
    const [environment, width, carries] = [parameter('i32'), parameter('i32'), parameter('i32')];
    const [stop, alive] = [parameter('f64'), parameter('f64')];
    const [at, done, last] = [variable('i32'), variable('i32'), variable('i32')];
    const [first, second, carry] = [variable('i32'), variable('i32'), variable('i32')];
    const c = octet(variable);
    const [o, dots, present, absent] = [
      variable('f64x2'),
      variable('f64x2'),
      variable('f64x2'),
      variable('f64x2'),
    ];
    const isLong = i32.isLess(i32.of(OCTET_BYTES), width.get);
    const both = (row: Variable, m: number): Code =>
      f64x2.loadBoth(i32.add(row.get, first.get), i32.add(row.get, second.get), m * NUMBER);
    const less = (m: number, value: Code): Code => c[m]!.set(f64x2.sub(c[m]!.get, f64x2.mul(o.get, value)));
    const oddsOf = f64x2.loadBoth(
      i32.add(odds.get, i32.load(at.get)),
      i32.add(odds.get, i32.load(at.get, 4)),
    );
    const divide = (isCarried: boolean): Code => [
      ...at.set(i32.add(parts.get, i32.of(PARTS.racers))),
      ...carry.set(carries.get),
      ...whilst(
        i32.isLess(at.get, last.get),
        o.set(oddsOf),
        isCarried ? less(0, f64x2.load(carry.get)) : [],
        Array.from({ length: OCTET - 1 }, (_, i) => i + 1).flatMap((m) => less(m, c[m - 1]!.get)),
        isCarried ? [...f64x2.store(carry.get, c[OCTET - 1]!.get), ...step(carry, PAIR)] : [],
        step(at, 8),
      ),
    ];
    const usual = f64x2.sub(
      f64x2.mul(f64x2.sub(one, absent.get), f64x2.twice(stop.get)),
      f64x2.mul(f64x2.mul(f64x2.load(parts.get, PARTS.rates), absent.get), f64x2.twice(alive.get)),
    );
    const met = f64x2.add(f64x2.mul(f64x2.load(parts.get, PARTS.rates), dots.get), usual);
    return whilst(
      i32.isLess(parts.get, end.get),
      first.set(i32.load(parts.get, PARTS.groups)),
      second.set(i32.load(parts.get, PARTS.groups + 4)),
      last.set(i32.add(i32.add(parts.get, i32.of(PARTS.racers)), i32.load(parts.get, PARTS.count))),
      present.set(one),
      at.set(i32.add(parts.get, i32.of(PARTS.racers))),
      carry.set(carries.get),
      whilst(
        i32.isLess(at.get, last.get),
        present.set(f64x2.mul(present.get, f64x2.add(one, oddsOf))),
        when(isLong, [...f64x2.store(carry.get, zero), ...step(carry, PAIR)]),
        step(at, 8),
      ),
      dots.set(zero),
      done.set(i32.of(0)),
      whilst(
        i32.isLess(done.get, width.get),
        c.flatMap((coefficient, m) => coefficient.set(both(arrived, m))),
        when(isLong, divide(true), divide(false)),
        c.flatMap((coefficient, m) =>
          dots.set(f64x2.add(dots.get, f64x2.mul(coefficient.get, both(environment, m)))),
        ),
        step(first, OCTET_BYTES),
        step(second, OCTET_BYTES),
        step(done, OCTET_BYTES),
      ),
      absent.set(f64x2.div(one, present.get)),
      f64x2.store(
        parts.get,
        f64x2.add(f64x2.load(parts.get, PARTS.sums), f64x2.mul(f64x2.load(parts.get, PARTS.chances), met)),
        PARTS.sums,
      ),
      // Parts begin at multiples of a pair: with an odd number of racers there is a gap.
      parts.set(i32.add(last.get, i32.load(parts.get, PARTS.count + 4))),
    );
  },
};

export const hitCode = { addInclusion, addHits };
