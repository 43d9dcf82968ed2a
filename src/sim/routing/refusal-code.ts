import { type Code, f64, f64x2, i32, type Variable, whilst } from '../wasm/code';
import type { Source } from '../wasm/module';
import { add, fourOf, NUMBER, PAIR, pairOf, step, upTo, zero } from '../wasm/steps';

/**
 * The loops of group-limited races as WebAssembly, two cases side by side: numbers are pairs, and so is each coefficient of a
 * polynomial. Parameters are addresses and lengths in bytes, and numbers.
 */
/** Where the rows of a group stand, one after the other, as words. */
const LEAF = { closed: 0, refusal: 4, open: 8, openWorth: 12, bytes: 16 } as const;
/** A time of refusal in memory (refusal-times.ts): its row of all, where the rows around t - u begin, and their weights. */
export const AROUND = 6;
export const REFUSED = { row: 0, around: 4, weight: 8, weights: 16, bytes: 16 + AROUND * NUMBER } as const;

/** What the codes of refused groups go through: groups, and in each two coefficients at a time. */
function overGroups(
  { leaf, groups, group, width }: Record<'leaf' | 'groups' | 'group' | 'width', Variable>,
  body: Code,
): Code {
  return [
    ...group.set(i32.of(0)),
    ...whilst(
      i32.isLess(i32.of(0), groups.get),
      body,
      step(leaf, LEAF.bytes),
      add(group, width.get),
      step(groups, -1),
    ),
  ];
}

/**
 * For each group P(none by u), the same times the rate at which it would open, and P(so many by t, one of them by u), the
 * first not counted: A(t) - a(u)·A(t - u).
 */
const setRefusedLeaves: Source = {
  body: (parameter, variable) => {
    const [leaf, groups, width, terms] = fourOf(parameter, 'i32');
    const [now, absents, courses, refused] = fourOf(parameter, 'i32');
    const [rowBytes, rates] = [parameter('i32'), parameter('i32')];
    const [group, term, from, out] = fourOf(variable, 'i32');
    const absent = variable('f64x2');
    const [course, since] = pairOf(variable, 'f64x2');
    const lanes = upTo(2).map(() => variable('f64x2'));
    const record = (lane: number, offset: number): Code =>
      i32.load(refused.get, lane * REFUSED.bytes + offset);
    const absentOf = (lane: number): Code =>
      i32.add(i32.add(absents.get, record(lane, REFUSED.row)), group.get);
    const laneValue = (lane: number): Code => [
      ...from.set(i32.add(i32.add(courses.get, record(lane, REFUSED.around)), i32.add(group.get, term.get))),
      ...since.set(zero),
      ...upTo(AROUND).flatMap((i) => [
        ...since.set(
          f64x2.add(
            since.get,
            f64x2.mul(
              f64x2.loadTwice(refused.get, lane * REFUSED.bytes + REFUSED.weights + i * NUMBER),
              f64x2.load(from.get, NUMBER),
            ),
          ),
        ),
        ...add(from, rowBytes.get),
      ]),
      ...lanes[lane]!.set(
        f64x2.sub(
          course.get,
          f64x2.mul(f64x2.twice((lane === 0 ? f64x2.first : f64x2.second)(absent.get)), since.get),
        ),
      ),
    ];
    return overGroups({ leaf, groups, group, width }, [
      ...absent.set(f64x2.loadBoth(absentOf(0), absentOf(1))),
      ...f64x2.store(i32.load(leaf.get, LEAF.closed), absent.get),
      ...f64x2.store(i32.load(leaf.get, LEAF.refusal), f64x2.mul(absent.get, f64x2.loadTwice(rates.get))),
      ...step(rates, NUMBER),
      ...out.set(i32.load(leaf.get, LEAF.open)),
      ...term.set(i32.of(0)),
      ...whilst(
        i32.isLess(term.get, terms.get),
        course.set(f64x2.load(i32.add(now.get, i32.add(group.get, term.get)), NUMBER)),
        laneValue(0),
        laneValue(1),
        f64x2.store(out.get, f64x2.firsts(lanes[0]!.get, lanes[1]!.get)),
        f64x2.store(out.get, f64x2.seconds(lanes[0]!.get, lanes[1]!.get), PAIR),
        step(out, 2 * PAIR),
        step(term, PAIR),
      ),
    ]);
  },
};

/** The reverse: adds what it counts for that a group is open to what the courses that follow from it count for. */
const addRefusedWorth: Source = {
  body: (parameter, variable) => {
    const [leaf, groups, width, terms] = fourOf(parameter, 'i32');
    const [now, environment, refused, rowBytes] = fourOf(parameter, 'i32');
    const [group, term, to, from] = fourOf(variable, 'i32');
    const [even, odd, value, lost] = fourOf(variable, 'f64x2');
    const weightOf = (lane: number): Code =>
      f64x2.loadTwice(refused.get, lane * REFUSED.bytes + REFUSED.weight);
    const addLane = (lane: number): Code => [
      ...value.set(f64x2.mul(weightOf(lane), (lane === 0 ? f64x2.firsts : f64x2.seconds)(even.get, odd.get))),
      ...to.set(i32.add(now.get, i32.add(group.get, term.get))),
      ...f64x2.store(to.get, f64x2.add(f64x2.load(to.get, NUMBER), value.get), NUMBER),
      ...lost.set(f64x2.mul(value.get, f64x2.loadTwice(i32.load(leaf.get, LEAF.closed), lane * NUMBER))),
      ...to.set(
        i32.add(
          i32.add(environment.get, i32.load(refused.get, lane * REFUSED.bytes + REFUSED.around)),
          i32.add(group.get, term.get),
        ),
      ),
      ...upTo(AROUND).flatMap((i) => [
        ...f64x2.store(
          to.get,
          f64x2.sub(
            f64x2.load(to.get, NUMBER),
            f64x2.mul(
              lost.get,
              f64x2.loadTwice(refused.get, lane * REFUSED.bytes + REFUSED.weights + i * NUMBER),
            ),
          ),
          NUMBER,
        ),
        ...add(to, rowBytes.get),
      ]),
    ];
    return overGroups({ leaf, groups, group, width }, [
      ...from.set(i32.load(leaf.get, LEAF.openWorth)),
      ...term.set(i32.of(0)),
      ...whilst(
        i32.isLess(term.get, terms.get),
        even.set(f64x2.load(from.get)),
        odd.set(f64x2.load(from.get, PAIR)),
        addLane(0),
        addLane(1),
        step(from, 2 * PAIR),
        step(term, PAIR),
      ),
    ]);
  },
};

/** For each group at two times P(none has arrived), and P(so many have). */
const setOpenedLeaves: Source = {
  body: (parameter, variable) => {
    const [leaf, groups, width, terms] = fourOf(parameter, 'i32');
    const [first, second] = [parameter('i32'), parameter('i32')];
    const [group, term, out] = [variable('i32'), variable('i32'), variable('i32')];
    const at = (course: Variable): Code => i32.add(course.get, i32.add(group.get, term.get));
    return overGroups({ leaf, groups, group, width }, [
      ...term.set(i32.of(0)),
      ...f64x2.store(i32.load(leaf.get, LEAF.closed), f64x2.loadBoth(at(first), at(second))),
      ...out.set(i32.load(leaf.get, LEAF.open)),
      ...step(term, NUMBER),
      ...whilst(
        i32.isLess(term.get, terms.get),
        step(out, PAIR),
        f64x2.store(out.get, f64x2.loadBoth(at(first), at(second))),
        step(term, NUMBER),
      ),
    ]);
  },
};

/** Adds what it counts for that a group is open, at one of the two times (0, or 8 for the second), `weight` times. */
const addOpenedWorth: Source = {
  body: (parameter, variable) => {
    const [leaf, groups, width, terms] = fourOf(parameter, 'i32');
    const [environment, time] = [parameter('i32'), parameter('i32')];
    const weight = parameter('f64');
    const [group, term, from, to] = fourOf(variable, 'i32');
    return overGroups({ leaf, groups, group, width }, [
      ...term.set(i32.of(0)),
      ...from.set(i32.add(i32.load(leaf.get, LEAF.openWorth), time.get)),
      ...whilst(
        i32.isLess(term.get, terms.get),
        to.set(i32.add(environment.get, i32.add(group.get, term.get))),
        f64.store(to.get, f64.add(f64.load(to.get), f64.mul(weight.get, f64.load(from.get)))),
        step(from, PAIR),
        step(term, NUMBER),
      ),
    ]);
  },
};

export const refusalCode = { setRefusedLeaves, addRefusedWorth, setOpenedLeaves, addOpenedWorth };
