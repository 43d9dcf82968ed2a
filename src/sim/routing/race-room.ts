import { GROUP } from './arrival-code';
import { type GroupTree, groupTree } from './group-tree';
import { PARTS } from './hit-code';
import { allRacers, octetWidth, type Racers } from './octets';
import { emptyRoom, type RaceLoops } from './race-memory';
import { AROUND, REFUSED } from './refusal-code';
import type { ExpertGroups } from './routing';

/** What a race needs to be run, all in the memory of its loops: the same for all races of one router. */
export interface RaceRoom {
  readonly loops: RaceLoops;
  readonly groupOfExpert: Uint16Array;
  readonly limit: number;
  /** Arrivals that are told apart, 0 … draws - 1, and the length of the polynomials in which they are. */
  readonly draws: number;
  readonly width: number;
  /** Racers of each group, [groups]: one after the other. */
  readonly members: readonly Racers[];
  /** The same in memory (`GROUP`), and room for a number for each. */
  readonly groupWords: Int32Array;
  readonly starts: Float64Array;
  /** Odds from which a racer counts as likely to have arrived. Others are taken out of a product by dividing by 1 + o·x, by
   * which errors of rounding grow with every power of the odds; likely ones are never divided by. */
  readonly likelyOdds: number;
  /** [racers], and the sums of groups, [groups]. */
  readonly rates: Float64Array;
  readonly groupRates: Float64Array;
  /** [times], and what a value at a time counts for in an integral over time. */
  readonly times: Float64Array;
  readonly weights: Float64Array;
  /** [times, row] odds that a racer has arrived; those after the last racer stay 0. */
  readonly odds: Float64Array;
  readonly row: number;
  /** [times, groups, width] P(so many of the group have arrived), and without racers that are likely to, where there are any. */
  readonly arrived: Float64Array;
  readonly unlikelyArrived: Float64Array;
  /** [times, groups, width] what it counts for that a group has delivered so many by a time, weights included. */
  readonly environment: Float64Array;
  /** [groups] that the experts of a group are a token's. */
  readonly chances: Float64Array;
  /** [times] that a usual token goes on, and the rate at which it stops, weights included. */
  readonly usualAlive: Float64Array;
  readonly usualStop: Float64Array;
  /** P(a token chooses the expert), [racers]. */
  readonly inclusion: Float64Array;
  /** Room for the loops (arrival-code.ts), for the odds of one time, and for a list of racers. */
  readonly halves: Float64Array;
  readonly worth: Float64Array;
  readonly carries: Float64Array;
  readonly spareOdds: Float64Array;
  readonly spareList: Uint16Array;
  /** Room for parts, two by two (race-hits.ts), and the same as words. */
  readonly parts: Float64Array;
  readonly partWords: Int32Array;
  /** What group-limited races need besides. */
  readonly limited: LimitedRoom | null;
}

export interface LimitedRoom {
  readonly opened: PlacedTree;
  readonly refused: PlacedTree;
  /** Two times of refusal, as in `REFUSED`, and the same as words. */
  readonly refusals: Float64Array;
  readonly refusalWords: Int32Array;
  /** [times, times] for each time at which a token may go on, the times up to it at which a group may have been refused, and how many. */
  readonly refusedTimes: Uint16Array;
  readonly refusedCounts: Uint16Array;
  /** [times] probability that a group was refused by each of these, at the time that was looked at last. */
  readonly masses: Float64Array;
  /** [times, groups, width] courses and environment of groups if some parts end a token. */
  readonly courses: Float64Array;
  readonly environment: Float64Array;
}

/** A tree whose words and rows stand in memory. */
export interface PlacedTree {
  /** Addresses: words of its leaves, its sums and their end, and the answer. */
  readonly leaves: number;
  readonly sums: number;
  readonly end: number;
  /** The answer for both cases. */
  readonly total: Float64Array;
  /** Experts delivered that are told apart, in bytes. */
  readonly terms: number;
}

/** Errors of rounding may grow so much: they leave 1e-8 of a probability. */
const MOST_GROWTH = 1e8;
const MOST_ODDS = 16;
/** Other popularities take a few times more. */
const SPARE_TIMES = 8;

let latest: { readonly groups: ExpertGroups; readonly times: number; readonly room: RaceRoom } | null = null;

/** Room for a race of so many times: that of the one before, if it will do. What is in it is lost either way. */
export function roomFor(groups: ExpertGroups, draws: number, times: number): RaceRoom {
  const isSame = latest?.groups === groups && latest.room.draws === draws && latest.times >= times;
  if (latest && isSame) return latest.room;
  latest = null;
  const room = emptyRaceRoom(groups, draws, times + SPARE_TIMES);
  latest = { groups, times: times + SPARE_TIMES, room };
  return room;
}

export const NUMBER_BYTES = 8;
export const WORD_BYTES = 4;

function emptyRaceRoom(
  { groups, groupOfExpert, limit, members }: ExpertGroups,
  draws: number,
  times: number,
): RaceRoom {
  const racers = groupOfExpert.length;
  const width = octetWidth(draws);
  // One that never arrives, and an even number.
  const row = 2 * Math.ceil((racers + 1) / 2);
  // Interpolation looks at some rows, with no weight, that are not there.
  const polynomials = (times + AROUND) * groups * width;
  const isLimited = limit > 1;
  // Trees begin where memory does, so that they need not be listed again for races of other lengths.
  const opened = isLimited ? groupTree('opened', groups, limit, draws, 0) : null;
  const refused = isLimited ? groupTree('refused', groups, limit, draws - limit, opened!.bytes) : null;
  const partsBytes = (racers + 1) * (PARTS.racers + 2 * 2 * NUMBER_BYTES);
  const treeBytes = [opened, refused].reduce(
    (sum, tree) => sum + (tree ? 2 * tree.bytes + (tree.sums.length + tree.leaves.length) * WORD_BYTES : 0),
    0,
  );
  const room = emptyRoom(
    NUMBER_BYTES *
      ((times + 10) * row + (isLimited ? 5 : 3) * polynomials + 4 * times + 8 * groups + 4 * width) +
      partsBytes +
      treeBytes +
      2 ** 12,
  );
  const rows = [opened, refused].map((tree) => (tree ? room.numbers(tree.bytes / NUMBER_BYTES) : null));
  const parts = room.numbers(partsBytes / NUMBER_BYTES);
  const limited = (): LimitedRoom => {
    const refusals = room.numbers((2 * REFUSED.bytes) / NUMBER_BYTES);
    return {
      opened: placed(opened!, rows[0]!, room.words, draws),
      refused: placed(refused!, rows[1]!, room.words, draws - limit),
      refusals,
      refusalWords: new Int32Array(refusals.buffer, refusals.byteOffset, refusals.length * 2),
      refusedTimes: new Uint16Array(times * times),
      refusedCounts: new Uint16Array(times),
      masses: new Float64Array(times),
      courses: room.numbers(polynomials),
      environment: room.numbers(polynomials),
    };
  };
  return {
    loops: room.loops,
    groupOfExpert,
    limit,
    draws,
    width,
    members: members.map(allRacers),
    groupWords: placedGroups(members, room.words),
    starts: room.numbers(groups),
    likelyOdds: Math.min(MOST_ODDS, MOST_GROWTH ** (1 / Math.max(1, draws - 1))),
    rates: room.numbers(racers),
    groupRates: room.numbers(groups),
    times: room.numbers(times),
    weights: room.numbers(times),
    odds: room.numbers(times * row),
    row,
    arrived: room.numbers(polynomials),
    unlikelyArrived: room.numbers(polynomials),
    environment: room.numbers(polynomials),
    chances: room.numbers(groups),
    usualAlive: room.numbers(times),
    usualStop: room.numbers(times),
    inclusion: room.numbers(racers),
    halves: room.numbers(2 * width + 4 + 2 * row),
    worth: room.numbers(width),
    carries: room.numbers(2 * row),
    spareOdds: room.numbers(row),
    spareList: new Uint16Array(racers),
    parts,
    partWords: new Int32Array(parts.buffer, parts.byteOffset, parts.length * 2),
    limited: isLimited ? limited() : null,
  };
}

function placedGroups(members: readonly Uint16Array[], words: (count: number) => Int32Array): Int32Array {
  const view = words((members.length * GROUP.bytes) / WORD_BYTES);
  view.set(members.flatMap((list) => [list[0]! * NUMBER_BYTES, list.length * NUMBER_BYTES]));
  return view;
}

function placed(
  tree: GroupTree,
  rows: Float64Array,
  words: (count: number) => Int32Array,
  terms: number,
): PlacedTree {
  const place = (values: Int32Array): number => {
    const view = words(values.length);
    view.set(values);
    return view.byteOffset;
  };
  const at = (address: number): number => (address - rows.byteOffset) / NUMBER_BYTES;
  for (const one of tree.ones) rows.fill(1, at(one), at(one) + 2);
  const sums = place(tree.sums);
  return {
    leaves: place(tree.leaves),
    sums,
    end: sums + tree.sums.length * WORD_BYTES,
    total: rows.subarray(at(tree.total), at(tree.total) + 2),
    terms: terms * NUMBER_BYTES,
  };
}
