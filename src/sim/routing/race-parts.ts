import type { Block } from './choice';
import { allRacers, dividedByOdds, multiplyByOdds, multiplyByOne, type Racers } from './octets';
import { type RaceStates, unlikelyOf } from './race-states';
import type { ExpertGroups } from './routing';

/** The racers of a block that are in one group. */
export interface Part {
  readonly group: number;
  readonly racers: Uint16Array;
  readonly all: Racers;
  /** How many of them, the first ones, the part has whole: all of their arrivals count. */
  readonly whole: number;
  /** [racers] the share of arrivals that counts. */
  readonly shares: Float64Array;
  /** The rest of the group where the part has most of it, and has it whole. */
  readonly rest: Racers | null;
}

/** The parts of some blocks, one block after the other. */
export interface Partition {
  readonly parts: readonly Part[];
  /** [blocks + 1] where the parts of each block start. */
  readonly start: readonly number[];
}

export function partitionOf(
  { groupOfExpert }: Pick<ExpertGroups, 'groupOfExpert'>,
  blocks: readonly Block[],
): Partition {
  const parts: Part[] = [];
  const start = [0];
  for (const { experts, shares } of blocks) {
    const byGroup = new Map<number, number[]>();
    experts.forEach((expert, i) => {
      const group = groupOfExpert[expert]!;
      const places = byGroup.get(group);
      if (places) places.push(i);
      else byGroup.set(group, [i]);
    });
    for (const [group, places] of byGroup) {
      places.sort((a, b) => Number(shares[a]! < 1) - Number(shares[b]! < 1));
      const racers = Uint16Array.from(places, (i) => experts[i]!);
      const whole = places.filter((i) => shares[i] === 1).length;
      parts.push({
        group,
        racers,
        all: allRacers(racers),
        whole,
        shares: Float64Array.from(places, (i) => shares[i]!),
        rest: whole === racers.length ? restOf(groupOfExpert, group, racers) : null,
      });
    }
    start.push(parts.length);
  }
  return { parts, start };
}

function restOf(groupOfExpert: Uint16Array, group: number, racers: Uint16Array): Racers | null {
  const own = new Set(racers);
  const rest: number[] = [];
  groupOfExpert.forEach((of, racer) => {
    if (of === group && !own.has(racer)) rest.push(racer);
  });
  return rest.length < racers.length ? allRacers(Uint16Array.from(rest)) : null;
}

/** Rate of the racers that a part has whole. */
export function wholeRate({ rates }: RaceStates, { racers, whole }: Part): number {
  let rate = 0;
  for (let i = 0; i < whole; i++) rate += rates[racers[i]!]!;
  return rate;
}

/** At one time, by how many of a group have arrived, [width]: P(no arrival has counted for a part). */
export interface PartState {
  readonly none: Float64Array;
  /** The same times the rate at which a racer that the part shares counts now. */
  readonly first: Float64Array;
}

/** Sets the state of a part at time n. */
export function partAt(states: RaceStates, n: number, part: Part, { none, first }: PartState): void {
  if (part.rest) startWithRest(states, n, part, part.rest, none);
  else startWithGroup(states, n, part, none);
  if (part.whole === part.racers.length) return;
  first.fill(0);
  for (let i = part.whole; i < part.racers.length; i++) {
    const share = part.shares[i]!;
    const racer = part.racers[i]!;
    const o = states.odds[n * states.rates.length + racer]!;
    // Where a racer is unlikely to have arrived the polynomial has the probability of its absence already.
    const isLikely = o > states.likelyOdds;
    const absent = isLikely ? 1 / (1 + o) : 1;
    const passes = (1 - share) * (isLikely ? 1 - absent : o);
    const counts = share * states.rates[racer]! * absent;
    multiplyByOne(first, 0, first.length, absent, passes);
    for (let m = 0; m < none.length; m++) first[m]! += counts * none[m]!;
    multiplyByOne(none, 0, none.length, absent, passes);
  }
}

/** The group's polynomial without the part: divided by its racers, or made without those that are likely to have arrived. */
function startWithGroup(
  states: RaceStates,
  n: number,
  { group, racers, all, whole }: Part,
  none: Float64Array,
): void {
  const { members, arrived, unlikelyArrived, width, odds, rates } = states;
  const now = n * rates.length;
  const at = (n * members.length + group) * width;
  const unlikely = unlikelyOf(states, n, all);
  if (unlikely.count === racers.length) {
    dividedByOdds(none, arrived, at, odds, now, unlikely);
    return;
  }
  dividedByOdds(none, unlikelyArrived, at, odds, now, unlikely);
  for (const racer of states.likely[n]!) {
    if (states.groupOfExpert[racer] !== group) continue;
    const absent = 1 / (1 + odds[now + racer]!);
    const place = racers.indexOf(racer);
    if (place < 0) multiplyByOne(none, 0, width, absent, 1 - absent);
    else if (place < whole) multiplyByOne(none, 0, width, absent, 0);
  }
}

/** Nobody of the part has arrived, and so many of the rest of the group. */
function startWithRest(states: RaceStates, n: number, part: Part, rest: Racers, none: Float64Array): void {
  const { times, rates, width, odds } = states;
  const now = n * rates.length;
  const unlikely = unlikelyOf(states, n, rest);
  let rate = wholeRate(states, part);
  for (let i = 0; i < unlikely.count; i++) rate += rates[unlikely.list[i]!]!;
  none.fill(0);
  none[0] = Math.exp(-rate * times[n]!);
  multiplyByOdds(none, 0, width, odds, now, unlikely);
  if (unlikely.count === rest.count) return;
  for (const racer of rest.list) {
    if (odds[now + racer]! <= states.likelyOdds) continue;
    const absent = 1 / (1 + odds[now + racer]!);
    multiplyByOne(none, 0, width, absent, 1 - absent);
  }
}
