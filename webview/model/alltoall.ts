import type { SimulationDetail } from '../../src/sim/detail';
import type { PlacementResult } from '../../src/sim/result';
import type { LinkKind } from './nodes';

/** One row as the backend sends it: a copy of a token's hidden state on its way to one rank. */
export interface Row {
  readonly to: number;
  readonly link: LinkKind;
  /** Rank that the NIC brings it to first and that hands it on; `null` where it comes straight. */
  readonly via: number | null;
  /** Slots at the destination that it is for; none where an all-gather brings it to a rank that has no use for it. */
  readonly slots: readonly number[];
}

/** Example tokens with where each row of theirs goes. */
export interface Routes {
  /** [ranks] tokens that are known of each rank. */
  readonly tokensOfRank: Uint8Array;
  /** Slots that a token's choices are sent to, dropped ones left out. */
  readonly slotsOf: (rank: number, token: number) => readonly number[];
  readonly rowsOf: (rank: number, token: number) => readonly Row[];
  /** Rank that slots are on, the first of those that hold a part. */
  readonly rankOfSlot: readonly number[];
  readonly parts: number;
}

type Places = Pick<PlacementResult, 'physicalToRank' | 'domainOfRank'>;
type Examples = Pick<SimulationDetail, 'examples' | 'sending' | 'parts'>;

/** Where the rows of example tokens go: the rules by which the simulator counts them (src/sim/traffic/link-rows.ts). */
export function routesOf(placement: Places, { examples, sending, parts }: Examples): Routes {
  const { physicalToRank, domainOfRank } = placement;
  const { slots, perRank, topK, tokensOfRank } = examples;
  const arrivalAt = arrivals(domainOfRank);
  const slotsOf = (rank: number, token: number) =>
    Array.from(slots.subarray((rank * perRank + token) * topK, (rank * perRank + token + 1) * topK)).filter(
      (slot) => slot >= 0,
    );
  const linkOf = (from: number, to: number): LinkKind =>
    from === to ? 'local' : domainOfRank[from] === domainOfRank[to] ? 'scaleUp' : 'scaleOut';
  const rowTo = (from: number, to: number, ofSlots: readonly number[]): Row => {
    const link = linkOf(from, to);
    const arrival = link === 'scaleOut' && sending !== 'per-choice' ? arrivalAt(from, to) : to;
    return { to, link, via: arrival === to ? null : arrival, slots: ofSlots };
  };
  /** Ranks that the rows of a slot go to. */
  const ranksOf = (slot: number) => Array.from({ length: parts }, (_, part) => physicalToRank[slot]! + part);
  const rowsOf = (rank: number, token: number): Row[] => {
    const chosen = slotsOf(rank, token);
    if (sending === 'per-choice')
      return chosen.flatMap((slot) => ranksOf(slot).map((to) => rowTo(rank, to, [slot])));
    const byRank = new Map<number, number[]>();
    if (sending === 'to-all') for (const to of domainOfRank.keys()) byRank.set(to, []);
    for (const slot of chosen)
      for (const to of ranksOf(slot)) byRank.set(to, [...(byRank.get(to) ?? []), slot]);
    return [...byRank].map(([to, ofSlots]) => rowTo(rank, to, ofSlots));
  };
  return { tokensOfRank, slotsOf, rowsOf, rankOfSlot: physicalToRank, parts };
}

/** The rank of a scale-up domain at which rows of a rank outside arrive over the NIC: the one at its own place. */
export function arrivals(domainOfRank: readonly number[]): (from: number, to: number) => number {
  const members = new Map<number, number[]>();
  const place = domainOfRank.map((domain, rank) => {
    const ranks = members.get(domain) ?? [];
    members.set(domain, ranks);
    return ranks.push(rank) - 1;
  });
  return (from, to) => {
    const ranks = members.get(domainOfRank[to]!)!;
    return ranks[place[from]! % ranks.length]!;
  };
}
