import type { ClusterScenario, LayoutScenario } from '../../scenario/scenario';
import { epGroup } from '../../sim/placement/ep-group';
import { expertGrid, type GridAxis } from '../../sim/placement/rank-grids';
import { inMap } from './remembered';

/** Numbers of how the ranks of EP groups lie over nodes and scale-up domains; groups that lie alike have the same. */
export interface GroupNumbers {
  /** Of the EP group, and of all ranks that hold parts of its experts. */
  readonly ranks: number;
  readonly parts: number;
  /** Of both together. */
  readonly group: number;
}

/** A memory of groups. */
export function groupNumbers(cluster: ClusterScenario): (layout: LayoutScenario) => GroupNumbers {
  const patterns = new Map<string, number>();
  const byStrides = new Map<string, number>();
  const grids = new Map<string, GroupNumbers>();
  const groups = new Map<string, number>();
  const numberOf = (layout: LayoutScenario, withParts: boolean): number =>
    inMap(byStrides, stridesOf(layout, cluster, withParts), () =>
      inMap(patterns, patternOf(layout, cluster, withParts), () => patterns.size),
    );
  return (layout) => {
    const { order, etp, ep, edp, pp, tp, cp } = layout;
    const dense = order === 'ep-tp-cp-pp' || order === 'tp-cp-pp-dp' ? `${tp} ${cp}` : '';
    return inMap(grids, `${order} ${etp} ${ep} ${edp} ${pp} ${dense}`, () => {
      const ranks = numberOf(layout, false);
      const parts = etp > 1 ? numberOf(layout, true) : ranks;
      return { ranks, parts, group: inMap(groups, `${ranks} ${parts} ${etp}`, () => groups.size) };
    });
  };
}

/**
 * What of a layout decides where the ranks of its EP group are, as `epGroup` chooses the group: their distances and, where groups may lie
 * differently over nodes, where in a node they begin, in their order.
 */
function stridesOf(layout: LayoutScenario, cluster: ClusterScenario, withParts: boolean): string {
  const axes = expertGrid(layout);
  const isOwn = ({ name }: GridAxis): boolean => name === 'ep' || (withParts && name === 'etp');
  const own = axes.filter(isOwn).map(({ name, size, stride }) => `${name} ${size} ${stride}`);
  const isChosen = layout.ep > 1 && cluster.scaleUpDomain <= cluster.gpusPerNode;
  const others = axes.filter((axis) => isChosen && !isOwn(axis));
  return `${own};${placesOf(others, cluster.gpusPerNode * cluster.scaleUpDomain)}`;
}

/** Distinct places, counted up to `period`, at which groups begin that differ on some axes; in order. */
function placesOf(axes: readonly GridAxis[], period: number): readonly number[] {
  const places = new Set([0]);
  for (const { size, stride } of axes) {
    const before = [...places];
    // More steps than places in a period come to the same ones again.
    for (let step = 1; step < Math.min(size, period); step++) {
      for (const place of before) places.add((place + step * stride) % period);
    }
  }
  return [...places];
}

/** Which ranks share a node and a scale-up domain, both numbered by their first rank. */
function patternOf(layout: LayoutScenario, cluster: ClusterScenario, withParts: boolean): string {
  const { nodeOfRank, domainOfRank } = epGroup(layout, cluster, withParts);
  return `${numbered(nodeOfRank)};${numbered(domainOfRank)}`;
}

function numbered(places: readonly number[]): string {
  const numbers = new Map<number, number>();
  return places.map((place) => inMap(numbers, place, () => numbers.size)).join();
}
