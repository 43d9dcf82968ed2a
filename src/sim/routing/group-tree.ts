import { PAIR_BYTES, quadWidth, type SumList, sumList } from './quads';

/**
 * What groups deliver if some of them are open, summed over all ways to choose these, and what it counts for that a group is
 * open and has delivered so many: products of all groups, two by two, and back. Polynomials are over experts delivered
 * (quads.ts), with a number where no group is open. What is to be multiplied is the same for all races of one
 * router: it is listed once. All rows lie in one small piece of memory, which stays in the cache.
 */
export interface GroupTree {
  /** Where its rows begin, and how long they are together. */
  readonly at: number;
  readonly bytes: number;
  /** For each group where its rows are: words as in `LEAF`. */
  readonly leaves: Int32Array;
  /** All sums of products, as in `SumList`. */
  readonly sums: Int32Array;
  /** Where the answer is: a number. */
  readonly total: number;
  /** Where ones are to be put before the tree is used. */
  readonly ones: readonly number[];
}

/** What is asked: `opened`, that at most `limit` groups are open, or `refused`, that as many are and another would open now. */
type Question = 'opened' | 'refused';

/** Rows of some groups, by how many of them are open. */
interface Branch {
  readonly value: readonly number[];
  /** The same times the rate at which one of the others would open; ends where all are open. */
  readonly refusal: readonly number[];
  readonly valueWorth: readonly number[];
  readonly refusalWorth: readonly number[];
  readonly parts: readonly [Branch, Branch] | null;
}

/** Those asked for last: all races of one router need the same. */
const latest = new Map<Question, { readonly key: string; readonly tree: GroupTree }>();

/**
 * @param at where its rows are to begin
 * @param terms numbers of delivered experts that are told apart, per number of open groups
 */
export function groupTree(
  asks: Question,
  groups: number,
  limit: number,
  terms: number,
  at: number,
): GroupTree {
  const known = latest.get(asks);
  const key = `${groups} ${limit} ${terms} ${at}`;
  if (known?.key === key) return known.tree;
  const tree = listedTree(asks, groups, limit, terms, at);
  latest.set(asks, { key, tree });
  return tree;
}

function listedTree(asks: Question, groups: number, limit: number, terms: number, at: number): GroupTree {
  const width = quadWidth(terms);
  let end = at;
  const row = (open: number): number => {
    const bytes = PAIR_BYTES * (open === 0 ? 1 : width);
    end += bytes;
    return end - bytes;
  };
  const rows = (count: number): number[] => Array.from({ length: count }, (_, open) => row(open));
  const values = (size: number) => Math.min(size, limit) + 1;
  const refusals = (size: number) => (asks === 'refused' ? Math.min(size, values(size)) : 0);
  const given = Array.from({ length: groups }, () => ({ value: rows(2), refusal: rows(refusals(1)) }));
  const one = row(0);
  const ones = row(1);
  const total = row(0);
  const leaves = given.map(
    (leaf): Branch => ({ ...leaf, valueWorth: rows(2), refusalWorth: rows(refusals(1)), parts: null }),
  );
  const join = (left: Branch, right: Branch, size: number): Branch => ({
    value: rows(values(size)),
    refusal: rows(refusals(size)),
    valueWorth: rows(values(size)),
    refusalWorth: rows(refusals(size)),
    parts: [left, right],
  });
  let level = leaves.map((branch) => ({ branch, size: 1 }));
  while (level.length > 2) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const [left, right] = [level[2 * i]!, level[2 * i + 1]];
      if (!right) return left;
      const size = left.size + right.size;
      return { branch: join(left.branch, right.branch, size), size };
    });
  }
  const none = -1;
  const root: Branch = {
    value: [],
    refusal: [],
    valueWorth: Array.from({ length: limit + 1 }, (_, open) =>
      asks === 'refused' ? none : open === 0 ? one : ones,
    ),
    refusalWorth: Array.from({ length: limit + 1 }, (_, open) =>
      asks === 'opened' || open < limit ? none : ones,
    ),
    parts: [level[0]!.branch, level[1]!.branch],
  };
  const sums = sumList(width);
  for (const part of root.parts!) multiplyUp(part, limit, sums);
  weighDown(root, limit, 0, sums);
  addTotal(root.parts![0], total, sums);
  return {
    at,
    bytes: end - at,
    leaves: Int32Array.from(
      leaves.flatMap(({ value, refusal, valueWorth }) => [
        value[0]!,
        refusal[0] ?? 0,
        value[1]!,
        valueWorth[1]!,
      ]),
    ),
    sums: sums.listed(),
    total,
    // Nothing for those that fill the last quad.
    ones: [one, ...Array.from({ length: terms }, (_, term) => ones + term * PAIR_BYTES)],
  };
}

/** Lists the products of the parts of a branch. */
function multiplyUp({ parts, value, refusal }: Branch, limit: number, sums: SumList): void {
  if (!parts) return;
  const [left, right] = parts;
  multiplyUp(left, limit, sums);
  multiplyUp(right, limit, sums);
  for (let l = 0; l < left.value.length; l++) {
    for (let r = 0; r < right.value.length && l + r <= limit; r++) {
      const multiply = (sum: number, one: number, other: number) => {
        if (l === 0) sums.add(r === 0 ? 'numbers' : 'multiple', sum, one, other);
        else if (r === 0) sums.add('multiple', sum, other, one);
        else sums.add('product', sum, one, other);
      };
      multiply(value[l + r]!, left.value[l]!, right.value[r]!);
      if (l < left.refusal.length) multiply(refusal[l + r]!, left.refusal[l]!, right.value[r]!);
      if (r < right.refusal.length) multiply(refusal[l + r]!, left.value[l]!, right.refusal[r]!);
    }
  }
}

/** Lists what the worth of a branch makes of that of its parts. */
function weighDown(branch: Branch, limit: number, fewest: number, sums: SumList): void {
  if (!branch.parts) return;
  const [left, right] = branch.parts;
  // That no group is open is needed once, for the total.
  weighPart(branch, left, right, limit, fewest, sums);
  weighPart(branch, right, left, limit, 1, sums);
  weighDown(left, limit, 1, sums);
  weighDown(right, limit, 1, sums);
}

/** @param fewest open groups of the part for which the worth is needed */
function weighPart(
  whole: Branch,
  part: Branch,
  other: Branch,
  limit: number,
  fewest: number,
  sums: SumList,
): void {
  for (let p = fewest; p < part.value.length; p++) {
    for (let o = 0; o < other.value.length && p + o <= limit; o++) {
      const weigh = (sum: number | undefined, worth: number | undefined, factor: number | undefined) => {
        if (sum === undefined || worth === undefined || worth < 0 || factor === undefined) return;
        if (p === 0) sums.add(o === 0 ? 'numbers' : 'dot', sum, worth, factor);
        else if (o === 0) sums.add('multiple', sum, factor, worth);
        else sums.add('worth', sum, worth, factor);
      };
      weigh(part.valueWorth[p], whole.valueWorth[p + o], other.value[o]);
      weigh(part.valueWorth[p], whole.refusalWorth[p + o], other.refusal[o]);
      weigh(part.refusalWorth[p], whole.refusalWorth[p + o], other.value[o]);
    }
  }
}

function addTotal({ value, refusal, valueWorth, refusalWorth }: Branch, total: number, sums: SumList): void {
  const add = (rows: readonly number[], worth: readonly number[]): void =>
    rows.forEach((row, open) => {
      sums.add(open === 0 ? 'numbers' : 'dot', total, row, worth[open]!);
    });
  add(value, valueWorth);
  add(refusal, refusalWorth);
}
