import type { Row } from '../model/alltoall';
import type { DrawnToken } from '../model/subset';
import { homeX, type RankBox, type Stage, slotX } from './stage';

/** x0, y0, x1, y1, … of a way with corners, and how long it is up to each of them. */
export interface Way {
  readonly points: Float64Array;
  readonly lengths: Float64Array;
}

/** One square on its way: a copy of a token for one expert, or for a rank that has no use for it. */
export interface Journey {
  /** Index among the drawn tokens, and of its row. */
  readonly token: number;
  readonly row: number;
  readonly link: Row['link'];
  /** No expert there wants it: an all-gather brings it all the same. */
  readonly isUnused: boolean;
  /** From home to where it waits between the two hops, and from there to its expert. */
  readonly out: Way;
  readonly on: Way;
  /** Squares that wait at the same spot: which of them is drawn, and how many they are. */
  readonly isFirst: boolean;
  readonly together: number;
  /** Distance to the next one that waits in the same lane, and on the same pile; a number on a square needs it. */
  readonly room: number;
  readonly pile: number;
  /** 0 … 1: tokens do not all leave at once. */
  readonly delay: number;
}

const EDGE = 4;
/** Below the lane within a box, where ways to experts part. */
const PART = 12;
const LARGEST_STEP = 17;

type Spot = { readonly box: RankBox; readonly y: number; readonly lane: Row['link'] };

/** All squares with their ways. */
export function journeysOf(stage: Stage, tokens: readonly DrawnToken[]): Journey[] {
  const { levels } = stage;
  const legs = tokens.flatMap((token, index) =>
    token.drawn.flatMap((row, at) => {
      const slots = row.slots.length > 0 ? row.slots : [null];
      return slots.map((slot) => ({ token, index, row, at, slot, spot: spotOf(stage, token, row) }));
    }),
  );
  const waiting = packed(stage, legs);
  const heights = piles(stage, legs);
  const counts = new Map<string, number>();
  for (const leg of legs) counts.set(keyOf(leg), (counts.get(keyOf(leg)) ?? 0) + 1);
  const seen = new Set<string>();
  const homes = placesAtHome(tokens);
  return legs.map((leg, i) => {
    const { token, index, row, slot, spot } = leg;
    const from = stage.boxes.get(token.rank)!;
    const to = stage.boxes.get(row.to)!;
    const { place, of } = homes[index]!;
    const home = { x: homeX(stage, from, place, of), y: from.y + levels.home };
    const laneOfHome = from.y + spot.y;
    const waits = waiting.get(keyOf(leg))!;
    const wait = { x: waits.x, y: spot.box.y + spot.y };
    const end =
      slot === null
        ? { x: to.x + to.width / 2, y: to.y + (levels.scaleUp ?? levels.local) + PART + stage.side }
        : { x: slotX(to, slot), y: heights.y[i]! };
    const key = keyOf(leg);
    const isFirst = !seen.has(key);
    seen.add(key);
    return {
      token: index,
      row: leg.at,
      link: row.link,
      isUnused: slot === null,
      out: way([home.x, home.y, home.x, laneOfHome, wait.x, wait.y]),
      on: way(onwards(stage, row, wait, to, end)),
      isFirst,
      together: counts.get(key)!,
      room: waits.room,
      pile: heights.step,
      delay: tokens.length > 1 ? ((index * 7) % tokens.length) / (tokens.length - 1) : 0,
    };
  });
}

interface Leg {
  readonly index: number;
  readonly row: Row;
  readonly slot: number | null;
  readonly spot: Spot;
}

/** Where a copy waits between its two hops: where the NIC has brought it, or at home in the lane that it takes. */
function spotOf({ boxes, levels }: Stage, token: DrawnToken, row: Row): Spot {
  const own = boxes.get(token.rank)!;
  const lane = row.link;
  if (lane === 'scaleOut')
    return { box: boxes.get(row.via ?? row.to) ?? boxes.get(row.to)!, y: levels.nic ?? levels.local, lane };
  return { box: own, y: lane === 'local' ? levels.local : (levels.scaleUp ?? levels.local), lane };
}

const keyOf = ({ index, spot }: Leg) => `${index} ${spot.box.rank} ${spot.lane}`;

/** x of each token that waits in a lane of a box, side by side, and how far they are apart. */
function packed({ pitch, side }: Stage, legs: readonly Leg[]): Map<string, { x: number; room: number }> {
  const lanes = new Map<string, { box: RankBox; keys: Set<string> }>();
  for (const leg of legs) {
    const { box, lane } = leg.spot;
    const name = `${box.rank} ${lane}`;
    const entry = lanes.get(name) ?? { box, keys: new Set() };
    lanes.set(name, entry);
    entry.keys.add(keyOf(leg));
  }
  const at = new Map<string, { x: number; room: number }>();
  for (const { box, keys } of lanes.values()) {
    const room = box.width - 2 * EDGE - side;
    const step = keys.size > 1 ? Math.min(pitch, room / (keys.size - 1)) : 0;
    [...keys].forEach((key, i) => {
      const x = box.x + box.width / 2 + (i - (keys.size - 1) / 2) * step;
      at.set(key, { x, room: keys.size > 1 ? step : box.width });
    });
  }
  return at;
}

/** y of each copy on the pile at its expert; piles are pushed together where they would reach the lanes. */
function piles({ boxes, levels, side }: Stage, legs: readonly Leg[]): { y: number[]; step: number } {
  const { depths, deepest } = depthsOf(legs);
  const lane = levels.scaleUp ?? levels.local;
  const room = levels.floor - lane - PART - side;
  const step = Math.min(LARGEST_STEP, side + 2, room / Math.max(1, deepest));
  const y = legs.map(({ row }, i) => boxes.get(row.to)!.y + levels.floor - side / 2 - 2 - depths[i]! * step);
  return { y, step };
}

/** Copies below each one on its pile, and how many the highest pile has. */
function depthsOf(legs: readonly Pick<Leg, 'row' | 'slot'>[]): { depths: number[]; deepest: number } {
  const depth = new Map<string, number>();
  const depths = legs.map(({ row, slot }) => {
    const pile = `${row.to} ${slot}`;
    const here = depth.get(pile) ?? 0;
    if (slot !== null) depth.set(pile, here + 1);
    return here;
  });
  return { depths, deepest: Math.max(0, ...depth.values()) };
}

/** Copies at the expert that gets most of them. */
export function deepestPile(tokens: readonly DrawnToken[]): number {
  const legs = tokens.flatMap(({ drawn }) =>
    drawn.flatMap((row) => row.slots.map((slot) => ({ row, slot }))),
  );
  return depthsOf(legs).deepest;
}

/** [drawn tokens] place among those of the same rank, and how many these are. */
function placesAtHome(tokens: readonly DrawnToken[]): { place: number; of: number }[] {
  const ofRank = new Map<number, number>();
  const places = tokens.map(({ rank }) => {
    const place = ofRank.get(rank) ?? 0;
    ofRank.set(rank, place + 1);
    return place;
  });
  return tokens.map(({ rank }, i) => ({ place: places[i]!, of: ofRank.get(rank)! }));
}

type Point = { readonly x: number; readonly y: number };

/** From where a copy waits to its expert: straight down, or along NVLink to the box of the other rank. */
function onwards({ levels }: Stage, row: Row, wait: Point, to: RankBox, end: Point): number[] {
  const part = to.y + (levels.scaleUp ?? levels.local) + PART;
  const isThere = row.link === 'local' || (row.link === 'scaleOut' && row.via === null);
  if (isThere || levels.scaleUp === null) return [wait.x, wait.y, wait.x, part, end.x, part, end.x, end.y];
  const port = to.x + to.width / 2;
  const laneAtWait = wait.y + (row.link === 'scaleOut' ? levels.scaleUp - (levels.nic ?? levels.scaleUp) : 0);
  const lane = to.y + levels.scaleUp;
  return [wait.x, wait.y, wait.x, laneAtWait, port, lane, port, part, end.x, part, end.x, end.y];
}

function way(points: number[]): Way {
  const lengths = new Float64Array(points.length / 2);
  for (let i = 1; i < lengths.length; i++) {
    const dx = points[2 * i]! - points[2 * i - 2]!;
    const dy = points[2 * i + 1]! - points[2 * i - 1]!;
    lengths[i] = lengths[i - 1]! + Math.hypot(dx, dy);
  }
  return { points: Float64Array.from(points), lengths };
}

/** Writes the point at a share of a way into `to`, without making anything: it is called for every square of every frame. */
export function pointAt({ points, lengths }: Way, share: number, to: { x: number; y: number }): void {
  const last = lengths.length - 1;
  const distance = Math.min(1, Math.max(0, share)) * lengths[last]!;
  let corner = 1;
  while (corner < last && lengths[corner]! < distance) corner++;
  const long = lengths[corner]! - lengths[corner - 1]!;
  const part = long > 0 ? (distance - lengths[corner - 1]!) / long : 1;
  const at = 2 * corner;
  to.x = points[at - 2]! + (points[at]! - points[at - 2]!) * part;
  to.y = points[at - 1]! + (points[at + 1]! - points[at - 1]!) * part;
}

/** Share of a hop by which the last token leaves after the first. */
const SPREAD = 0.28;

const ease = (share: number) => (share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) * (1 - share));

/** Whether copies of a token that wait at one spot travel together: between home and there. */
export const isMerged = (moment: number): boolean => moment <= 2 || moment >= 4;

/** Where a copy is at a moment between 1 (all at home) and 5 (all back). */
export function placeAt(journey: Journey, moment: number, to: { x: number; y: number }): void {
  const leg = moment < 2 ? 0 : moment < 3 ? 1 : moment < 4 ? 2 : 3;
  const hop = Math.max(0, moment - 1 - leg);
  const share = ease(Math.min(1, Math.max(0, (hop - journey.delay * SPREAD) / (1 - SPREAD))));
  pointAt(leg === 0 || leg === 3 ? journey.out : journey.on, leg < 2 ? share : 1 - share, to);
}
