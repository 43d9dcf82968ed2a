import { addProduct, addWorth, quadWidth } from './quads';

/**
 * What some of the groups deliver if a number of them are open, summed over all ways to choose these. Polynomials are over
 * experts delivered (quads.ts); a number per lane where no group is open.
 */
export interface Branch {
  /** By number of open groups: P(they delivered so many, the others nothing). */
  readonly value: readonly Float64Array[];
  /** The same times the rate at which one of the others would open; ends where all are open. */
  readonly refusal: readonly Float64Array[];
  /** What each of these counts for at the root. */
  readonly valueWorth: readonly Float64Array[];
  readonly refusalWorth: readonly Float64Array[];
  readonly parts: readonly [Branch, Branch] | null;
}

/**
 * All groups, two by two, and what is asked of them: `opened`, that at most `limit` are open, or `refused`, that as many
 * are and one of the others would open now.
 */
export interface GroupTree {
  readonly asks: 'opened' | 'refused';
  readonly root: Branch;
  readonly leaves: readonly Branch[];
  readonly limit: number;
  readonly width: number;
}

/** Those used last: all races of one router need the same, to fill anew. */
const latest = new Map<GroupTree['asks'], { readonly key: string; readonly tree: GroupTree }>();

/** Lanes come in so many, so that a few more can do with the same tree. */
const LANES = 8;

/**
 * A tree to be filled; what it was filled with before is lost.
 *
 * @param terms numbers of delivered experts that are told apart, per number of open groups
 */
export function groupTree(
  asks: GroupTree['asks'],
  groups: number,
  limit: number,
  terms: number,
  lanes: number,
): GroupTree {
  const room = LANES * Math.ceil(lanes / LANES);
  const key = `${groups} ${limit} ${terms} ${room}`;
  const known = latest.get(asks);
  if (known?.key === key) return known.tree;
  const tree = emptyTree(asks, groups, limit, terms, room);
  latest.set(asks, { key, tree });
  return tree;
}

function emptyTree(
  asks: GroupTree['asks'],
  groups: number,
  limit: number,
  terms: number,
  room: number,
): GroupTree {
  const width = quadWidth(terms);
  const rows = (count: number) =>
    Array.from({ length: count }, (_, open) => new Float64Array((open === 0 ? 1 : width) * room));
  const branch = (size: number, parts: Branch['parts']): Branch => {
    const values = Math.min(size, limit) + 1;
    const refusals = asks === 'refused' ? Math.min(size, values) : 0;
    return {
      value: rows(values),
      refusal: rows(refusals),
      valueWorth: rows(values),
      refusalWorth: rows(refusals),
      parts,
    };
  };
  const leaves = Array.from({ length: groups }, () => branch(1, null));
  let level = leaves.map((leaf) => ({ size: 1, leaf }));
  while (level.length > 1) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const [left, right] = [level[2 * i]!, level[2 * i + 1]];
      if (!right) return left;
      const size = left.size + right.size;
      return { size, leaf: branch(size, [left.leaf, right.leaf]) };
    });
  }
  const root = level[0]!.leaf;
  const asked = asks === 'opened' ? root.valueWorth : [root.refusalWorth[limit]!];
  for (const worth of asked) {
    if (worth.length === room) worth.fill(1);
    // Nothing for those that fill the last quad.
    else for (let at = 0; at < worth.length; at++) worth[at] = Number(at % width < terms);
  }
  return { asks, root, leaves, limit, width };
}

/**
 * Fills from the values of all leaves what it counts for that they are open.
 *
 * @returns what is asked for, in each lane
 */
export function weighLeaves(tree: GroupTree, lanes: number): Float64Array {
  const { root, width } = tree;
  for (const part of root.parts!) multiplyUp(tree, part, lanes);
  weighDown(tree, root, lanes);
  const total = new Float64Array(lanes);
  const { value, refusal, valueWorth, refusalWorth } = root.parts![0];
  value.forEach((row, open) => {
    addDots(total, row, valueWorth[open]!, open === 0 ? 1 : width);
  });
  refusal.forEach((row, open) => {
    addDots(total, row, refusalWorth[open]!, open === 0 ? 1 : width);
  });
  return total;
}

function addDots(total: Float64Array, left: Float64Array, right: Float64Array, width: number): void {
  for (let lane = 0; lane < total.length; lane++) {
    for (let at = lane * width; at < (lane + 1) * width; at++) total[lane]! += left[at]! * right[at]!;
  }
}

function multiplyUp(tree: GroupTree, { parts, value, refusal }: Branch, lanes: number): void {
  if (!parts) return;
  const { limit, width } = tree;
  const [left, right] = parts;
  multiplyUp(tree, left, lanes);
  multiplyUp(tree, right, lanes);
  for (const sum of value) sum.fill(0, 0, width * lanes);
  for (const sum of refusal) sum.fill(0, 0, width * lanes);
  for (let l = 0; l < left.value.length; l++) {
    const leftWidth = l === 0 ? 1 : width;
    for (let r = 0; r < right.value.length && l + r <= limit; r++) {
      const rightWidth = r === 0 ? 1 : width;
      const multiply = (sum: Float64Array, one: Float64Array, other: Float64Array) =>
        addProduct(sum, one, leftWidth, other, rightWidth, width, lanes);
      multiply(value[l + r]!, left.value[l]!, right.value[r]!);
      if (l < left.refusal.length) multiply(refusal[l + r]!, left.refusal[l]!, right.value[r]!);
      if (r < right.refusal.length) multiply(refusal[l + r]!, left.value[l]!, right.refusal[r]!);
    }
  }
}

function weighDown(tree: GroupTree, branch: Branch, lanes: number): void {
  if (!branch.parts) return;
  const [left, right] = branch.parts;
  // That no group is open is needed once, for the total.
  weighPart(tree, branch, left, right, branch === tree.root ? 0 : 1, lanes);
  weighPart(tree, branch, right, left, 1, lanes);
  weighDown(tree, left, lanes);
  weighDown(tree, right, lanes);
}

/** @param fewest open groups of the part for which the worth is needed */
function weighPart(
  tree: GroupTree,
  whole: Branch,
  part: Branch,
  other: Branch,
  fewest: number,
  lanes: number,
): void {
  const { asks, limit, width, root } = tree;
  const isRefusedRoot = asks === 'refused' && whole === root;
  for (let p = fewest; p < part.value.length; p++) {
    const partWidth = p === 0 ? 1 : width;
    const values = part.valueWorth[p]!;
    const refusals = part.refusalWorth[p];
    values.fill(0, 0, partWidth * lanes);
    refusals?.fill(0, 0, partWidth * lanes);
    // At the root just as many open groups are asked for as the limit, and one refused.
    for (let o = isRefusedRoot ? limit - p : 0; o < other.value.length && p + o <= limit; o++) {
      const otherWidth = o === 0 ? 1 : width;
      const weigh = (sum: Float64Array, worth: Float64Array, factor: Float64Array) =>
        addWorth(sum, partWidth, worth, factor, otherWidth, width, lanes);
      if (!isRefusedRoot) weigh(values, whole.valueWorth[p + o]!, other.value[o]!);
      const worth = whole.refusalWorth[p + o];
      if (!worth) continue;
      if (o < other.refusal.length) weigh(values, worth, other.refusal[o]!);
      if (refusals) weigh(refusals, worth, other.value[o]!);
    }
  }
}
