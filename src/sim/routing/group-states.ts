/** A way to have drawn some experts: how many from each group, and what the next one makes of it. */
export interface GroupState {
  /** [groups] */
  readonly counts: Uint8Array;
  /** Groups that may deliver the next expert, and the place of the state that follows in the next level. */
  readonly groups: Uint8Array;
  readonly following: Uint32Array;
}

/** All states after 0 … draws experts; those of the last level have no successor. */
export type GroupStates = readonly (readonly GroupState[])[];

/** Those asked for last: they depend on the shape of the router alone, which stays while its loads change. */
let latest: { readonly key: string; readonly states: GroupStates } | null = null;

/** How `draws` experts may come from `groups` groups, at most `limit` of them. */
export function groupStates(groups: number, limit: number, draws: number): GroupStates {
  const key = `${groups} ${limit} ${draws}`;
  if (latest?.key !== key) latest = { key, states: enumerated(groups, limit, draws) };
  return latest.states;
}

function enumerated(groups: number, limit: number, draws: number): GroupStates {
  const states: GroupState[][] = [];
  let level: Uint8Array[] = [new Uint8Array(groups)];
  for (let arrival = 0; arrival <= draws; arrival++) {
    const next: Uint8Array[] = [];
    const places = new Map<string, number>();
    const placeOf = (counts: Uint8Array): number => {
      const key = counts.join();
      let place = places.get(key);
      if (place === undefined) {
        place = next.push(counts) - 1;
        places.set(key, place);
      }
      return place;
    };
    states.push(
      level.map((counts) => {
        const open = arrival < draws ? openGroups(counts, limit) : [];
        const following = open.map((group) => placeOf(counts.map((n, j) => (j === group ? n + 1 : n))));
        return { counts, groups: Uint8Array.from(open), following: Uint32Array.from(following) };
      }),
    );
    level = next;
  }
  return states;
}

/** Those that have delivered, and the others too until `limit` have. */
function openGroups(counts: Uint8Array, limit: number): number[] {
  const delivered = counts.reduce((sum, count) => sum + Number(count > 0), 0);
  return [...counts.keys()].filter((group) => counts[group]! > 0 || delivered < limit);
}
