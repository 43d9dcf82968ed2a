import type { Routing } from '../routing/routing';
import { sumOf } from '../sums';
import { emptyLinkRows, type LinkRows, type MutableLinkRows } from './link-rows';
import { domainMembers, type Senders, sendersOf, sumsByPlace } from './senders';

/** What all senders share. */
interface Setting {
  readonly routing: Routing;
  readonly membersOf: readonly (readonly number[])[];
  readonly indexInDomain: readonly number[];
  /** [domains] whether the domain is a node, or part of one. */
  readonly isOneNode: readonly boolean[];
  /** [ranks, width] rows from a rank to the others of its domain, by their place in it. */
  readonly links: Float64Array;
  readonly width: number;
}

/**
 * One row per distinct destination rank, and over the NIC one per distinct destination domain: the row arrives
 * at the GPU of the same index there, which forwards it over NVLink to the ranks that need it (DeepEP normal
 * kernels, DeepSeek-V3 report 3.2.2; DeepEP V2 and Hybrid-EP alike). With every rank and domain hit by every
 * token it is a hierarchical all-gather.
 */
export function perDestination(routing: Routing): LinkRows {
  const { ranks, domains, nodeOfRank, rankHits, domainHits } = routing;
  const { membersOf, indexInDomain } = domainMembers(routing);
  const isOneNode = membersOf.map((members) => new Set(members.map((rank) => nodeOfRank[rank])).size === 1);
  const width = membersOf.reduce((most, { length }) => Math.max(most, length), 0);
  const links = new Float64Array(ranks * width);
  const setting = { routing, membersOf, indexInDomain, isOneNode, links, width };
  const out = emptyLinkRows(routing, rankHits);
  for (const senders of sendersOf(routing)) {
    const toRank = rankHits.subarray(senders.row * ranks, (senders.row + 1) * ranks);
    const toDomain = domainHits.subarray(senders.row * domains, (senders.row + 1) * domains);
    const arrivals = new Float64Array(ranks);
    for (const source of senders.ranks) {
      send(setting, source, toRank, toDomain, arrivals, out);
      if (domains > 1) out.copied[source]! += sumOf(toDomain);
    }
    handOn(setting, senders, toRank, arrivals, out);
    out.all += senders.ranks.length * sumOf(toRank);
  }
  if (domains > 1) out.nicRows = { sources: routing.sources, data: domainHits };
  out.scaleUp = sumOf(out.scaleUpSent);
  out.scaleOut = sumOf(out.scaleOutSent);
  for (let link = 0; link < links.length; link++) out.scaleUpPair = Math.max(out.scaleUpPair, links[link]!);
  return out;
}

/** What a rank sends to other domains and keeps; counts for each rank the sources whose rows arrive there over the NIC. */
function send(
  { routing, membersOf, indexInDomain, isOneNode }: Setting,
  source: number,
  toRank: Float64Array,
  toDomain: Float64Array,
  arrivals: Float64Array,
  out: MutableLinkRows,
): void {
  const { domains, domainOfRank, nodes, nodeOfRank, railOfRank, rails } = routing;
  const own = domainOfRank[source]!;
  const place = indexInDomain[source]!;
  const nodeRow = nodeOfRank[source]! * nodes;
  const railRow = railOfRank[source]! * rails;
  let sent = 0;
  for (let domain = 0; domain < domains; domain++) {
    const arriving = toDomain[domain]!;
    out.domainRows[own * domains + domain]! += arriving;
    if (domain === own) continue;
    const members = membersOf[domain]!;
    const arrival = members[place % members.length]!;
    arrivals[arrival]!++;
    sent += arriving;
    out.nodeRows[nodeRow + nodeOfRank[arrival]!]! += arriving;
    out.railRows[railRow + railOfRank[arrival]!]! += arriving;
    out.scaleOutReceived[arrival]! += arriving;
    out.relayed += arriving - toRank[arrival]!;
  }
  out.scaleOutSent[source] = sent;
  out.local += toRank[source]!;
  if (isOneNode[own]) out.nodeRows[nodeRow + nodeOfRank[source]!]! += toDomain[own]!;
  else for (const near of membersOf[own]!) out.nodeRows[nodeRow + nodeOfRank[near]!]! += toRank[near]!;
}

/** What arrives at a rank goes on from it to the others of its domain, as its own rows do. */
function handOn(
  { routing, membersOf, indexInDomain, links, width }: Setting,
  senders: Senders,
  toRank: Float64Array,
  arrivals: Float64Array,
  out: MutableLinkRows,
): void {
  const { ranks, domains, domainOfRank } = routing;
  const inDomain = sumsByPlace(toRank, domainOfRank, domains);
  const passing = arrivals.slice();
  for (const source of senders.ranks) passing[source]!++;
  const passingInDomain = sumsByPlace(passing, domainOfRank, domains);
  for (let rank = 0; rank < ranks; rank++) {
    const domain = domainOfRank[rank]!;
    const count = toRank[rank]!;
    const beside = inDomain[domain]! - count;
    out.copied[rank]! += senders.ranks.length * count;
    out.scaleUpSent[rank]! += passing[rank]! * beside;
    out.scaleUpReceived[rank]! += (passingInDomain[domain]! - passing[rank]!) * count;
    out.forwarded += arrivals[rank]! * beside;
    if (passing[rank] === 0) continue;
    for (const other of membersOf[domain]!) {
      if (other !== rank) links[rank * width + indexInDomain[other]!]! += passing[rank]! * toRank[other]!;
    }
  }
}
