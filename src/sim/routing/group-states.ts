import { recent } from '../recent';

/**
 * The ways to have drawn a number of experts, by how many came from each group, and what the next expert makes of them:
 * step i of a state is in `rate` and `following` from `start[state]` to `start[state + 1]`.
 */
export interface GroupLevel {
  readonly states: number;
  /** [states, groups] experts from each group, row-major */
  readonly counts: Uint8Array;
  /** [states + 1] */
  readonly start: Uint32Array;
  /** Rate of the step, as group · (draws + 1) + experts that the group has delivered. */
  readonly rate: Uint16Array;
  /** State of the next level that the step leads to. */
  readonly following: Uint32Array;
}

/** They depend on the shape of the router alone, of which a workspace has few. */
const shapes = recent<readonly GroupLevel[]>(4);

/**
 * How `draws` experts may come from `groups` groups, at most `limit` of them.
 *
 * @returns levels after 0 … draws experts; the last has no steps
 */
export function groupLevels(groups: number, limit: number, draws: number): readonly GroupLevel[] {
  const key = `${groups} ${limit} ${draws}`;
  const known = shapes.get(key);
  if (known) return known;
  const levels = enumerated(groups, limit, draws);
  shapes.set(key, levels);
  return levels;
}

function enumerated(groups: number, limit: number, draws: number): GroupLevel[] {
  const levels: GroupLevel[] = [];
  let states: Uint8Array[] = [new Uint8Array(groups)];
  for (let arrival = 0; arrival <= draws; arrival++) {
    const next = new Numbered();
    const start = [0];
    const rate: number[] = [];
    const following: number[] = [];
    for (const counts of states) {
      for (const group of arrival < draws ? openGroups(counts, limit) : []) {
        rate.push(group * (draws + 1) + counts[group]!);
        following.push(next.numberOf(counts.map((count, j) => (j === group ? count + 1 : count))));
      }
      start.push(rate.length);
    }
    const counts = new Uint8Array(states.length * groups);
    states.forEach((state, i) => {
      counts.set(state, i * groups);
    });
    levels.push({
      states: states.length,
      counts,
      start: Uint32Array.from(start),
      rate: Uint16Array.from(rate),
      following: Uint32Array.from(following),
    });
    states = next.states;
  }
  return levels;
}

/** States in the order in which they were met. */
class Numbered {
  readonly states: Uint8Array[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(counts: Uint8Array): number {
    const key = counts.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.states.length);
    return this.states.push(counts) - 1;
  }
}

/** Those that have delivered, and the others too until `limit` have. */
function openGroups(counts: Uint8Array, limit: number): number[] {
  const delivered = counts.reduce((sum, count) => sum + Number(count > 0), 0);
  return [...counts.keys()].filter((group) => counts[group]! > 0 || delivered < limit);
}
