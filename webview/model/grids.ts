import type { GridAxis, GridAxisName, RankGrids } from '../../src/sim/placement/rank-grids';

/** One factor of a product of sizes; an axis in several pieces is one factor. */
export interface Factor {
  readonly name: GridAxisName;
  readonly size: number;
}

const DENSE: readonly GridAxisName[] = ['tp', 'cp', 'dp', 'pp'];
const EXPERT: readonly GridAxisName[] = ['etp', 'ep', 'edp', 'pp'];

const sizeOf = (axes: readonly GridAxis[], name: GridAxisName) =>
  axes.reduce((size, axis) => (axis.name === name ? size * axis.size : size), 1);

/** Both products, each equal to the world size. */
export function products({ dense, expert }: RankGrids): {
  dense: readonly Factor[];
  expert: readonly Factor[];
} {
  return {
    dense: DENSE.map((name) => ({ name, size: sizeOf(dense, name) })),
    expert: EXPERT.map((name) => ({ name, size: sizeOf(expert, name) })),
  };
}

const axesOf = (grids: RankGrids, name: GridAxisName): readonly GridAxis[] =>
  (DENSE.includes(name) ? grids.dense : grids.expert).filter((axis) => axis.name === name);

const placeOn = ({ size, stride }: GridAxis, rank: number) => Math.floor(rank / stride) % size;

/** Place of a world rank along an axis, from 0. */
export function coordinate(grids: RankGrids, name: GridAxisName, rank: number): number {
  let place = 0;
  let unit = 1;
  for (const axis of axesOf(grids, name)) {
    place += placeOn(axis, rank) * unit;
    unit *= axis.size;
  }
  return place;
}

/** World ranks that differ from this one along that axis only, itself among them, in order. */
export function groupOf(grids: RankGrids, name: GridAxisName, rank: number): number[] {
  const axes = axesOf(grids, name);
  const first = axes.reduce((base, axis) => base - placeOn(axis, rank) * axis.stride, rank);
  const members = axes.reduce(
    (ranks, { size, stride }) =>
      Array.from({ length: size }, (_, i) => ranks.map((one) => one + i * stride)).flat(),
    [first],
  );
  return members.sort((a, b) => a - b);
}

/** The axis to show: the one asked for, or where that has one rank only the first of more. */
export function shownAxis(grids: RankGrids, asked: GridAxisName): GridAxisName {
  const { dense, expert } = products(grids);
  const factors = [...expert, ...dense].filter(({ size }) => size > 1);
  return factors.some(({ name }) => name === asked) ? asked : (factors[0]?.name ?? asked);
}

/** Distance between neighbours of a group where it is one; `null` where they lie in several pieces. */
export function strideOf(ranks: readonly number[]): number | null {
  if (ranks.length < 2) return null;
  const stride = ranks[1]! - ranks[0]!;
  return ranks.every((rank, index) => index === 0 || rank - ranks[index - 1]! === stride) ? stride : null;
}
