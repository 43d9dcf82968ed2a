import type { Block } from './choice';
import { allRacers, dividedByOdds, multiplyByOdds, multiplyByOne, type Racers } from './octets';
import { layoutOf, type PartLayout } from './part-layout';
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

/** Parts whose hits follow from their group's polynomial, divided by their racers. */
export interface PlainParts {
  readonly parts: readonly Part[];
  /** [parts] the block that each belongs to. */
  readonly block: Uint32Array;
  readonly layout: PartLayout;
}

/** Groups that are parts, whole and on their own. */
export interface WholeGroups {
  readonly group: Uint32Array;
  readonly block: Uint32Array;
}

/** The parts of some blocks. */
export interface Partition {
  readonly blocks: number;
  readonly plain: PlainParts;
  readonly wholes: WholeGroups;
  /** All others; several stand together where groups depend on each other. */
  readonly others: readonly { readonly block: number; readonly parts: readonly Part[] }[];
}

export function partitionOf(groups: ExpertGroups, blocks: readonly Block[]): Partition {
  const found: Record<Kind, { readonly block: number; readonly part: Part }[]> = {
    plain: [],
    whole: [],
    other: [],
  };
  const joint: { readonly block: number; readonly parts: readonly Part[] }[] = [];
  blocks.forEach((members, block) => {
    const parts = partsOf(groups, members);
    if (groups.limit > 1 && parts.length > 1) joint.push({ block, parts });
    else for (const part of parts) found[kindOf(part)].push({ block, part });
  });
  const { plain, whole, other } = found;
  const blocksOf = (some: typeof plain) => Uint32Array.from(some, ({ block }) => block);
  const parts = plain.map(({ part }) => part);
  return {
    blocks: blocks.length,
    plain: { parts, block: blocksOf(plain), layout: layoutOf(parts, groups.groupOfExpert.length) },
    wholes: { group: Uint32Array.from(whole, ({ part }) => part.group), block: blocksOf(whole) },
    others: [...joint, ...other.map(({ block, part }) => ({ block, parts: [part] }))],
  };
}

/** How the hits of a part on its own are worked out. */
type Kind = 'plain' | 'whole' | 'other';

function kindOf({ whole, racers, rest }: Part): Kind {
  if (rest?.count === 0) return 'whole';
  return whole === racers.length && !rest ? 'plain' : 'other';
}

function partsOf({ groupOfExpert, members }: ExpertGroups, { experts, shares }: Block): Part[] {
  const byGroup = new Map<number, number[]>();
  experts.forEach((expert, i) => {
    const group = groupOfExpert[expert]!;
    const places = byGroup.get(group);
    if (places) places.push(i);
    else byGroup.set(group, [i]);
  });
  return [...byGroup].map(([group, places]) => {
    places.sort((a, b) => Number(shares[a]! < 1) - Number(shares[b]! < 1));
    const racers = Uint16Array.from(places, (i) => experts[i]!);
    const whole = places.filter((i) => shares[i] === 1).length;
    return {
      group,
      racers,
      all: allRacers(racers),
      whole,
      shares: Float64Array.from(places, (i) => shares[i]!),
      rest: whole === racers.length ? restOf(members[group]!, racers) : null,
    };
  });
}

function restOf(group: Uint16Array, racers: Uint16Array): Racers | null {
  if (group.length >= 2 * racers.length) return null;
  const own = new Set(racers);
  return allRacers(group.filter((racer) => !own.has(racer)));
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

export const stateOf = (width: number): PartState => ({
  none: new Float64Array(width),
  first: new Float64Array(width),
});

/** Sets the state of a part at time n. */
export function partAt(states: RaceStates, n: number, part: Part, { none, first }: PartState): void {
  if (part.rest) startWithRest(states, n, part, part.rest, none);
  else startWithGroup(states, n, part, none);
  if (part.whole === part.racers.length) return;
  first.fill(0);
  for (let i = part.whole; i < part.racers.length; i++) {
    const share = part.shares[i]!;
    const racer = part.racers[i]!;
    const o = states.odds[n * states.row + racer]!;
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
  const { members, arrived, unlikelyArrived, width, odds, row } = states;
  const now = n * row;
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
  const { times, rates, width, odds, row } = states;
  const now = n * row;
  none.fill(0);
  if (rest.count === 0) {
    none[0] = states.arrived[(n * states.members.length + part.group) * width]!;
    return;
  }
  const unlikely = unlikelyOf(states, n, rest);
  let rate = wholeRate(states, part);
  for (let i = 0; i < unlikely.count; i++) rate += rates[unlikely.list[i]!]!;
  none[0] = Math.exp(-rate * times[n]!);
  multiplyByOdds(none, 0, width, odds, now, unlikely);
  if (unlikely.count === rest.count) return;
  for (const racer of rest.list) {
    if (odds[now + racer]! <= states.likelyOdds) continue;
    const absent = 1 / (1 + odds[now + racer]!);
    multiplyByOne(none, 0, width, absent, 1 - absent);
  }
}
