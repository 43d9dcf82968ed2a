import type { Routing } from '../routing/routing';
import { sumOf } from '../sums';
import { emptyLinkRows, type LinkRows, type MutableLinkRows } from './link-rows';
import { type Senders, seatingOf, sumsByPlace } from './senders';

/**
 * One row per distinct destination rank, and over the NIC one per distinct destination domain: the row arrives
 * at the GPU of the same index there, which forwards it over NVLink to the ranks that need it (DeepEP normal
 * kernels, DeepSeek-V3 report 3.2.2; DeepEP V2 and Hybrid-EP alike). With every rank and domain hit by every
 * token it is a hierarchical all-gather.
 */
export function perDestination(routing: Routing): LinkRows {
  const { ranks, domains, rankHits, domainHits } = routing;
  const { width, senders: allSenders } = seatingOf(routing);
  // [ranks, width] rows from a rank to the others of its domain, by their place in it.
  const links = new Float64Array(ranks * width);
  const out = emptyLinkRows(routing, rankHits);
  for (const senders of allSenders) {
    const toRank = rankHits.subarray(senders.row * ranks, (senders.row + 1) * ranks);
    const toDomain = domainHits.subarray(senders.row * domains, (senders.row + 1) * domains);
    const arrivals = send(routing, senders, toRank, toDomain, out);
    handOn(routing, senders, toRank, arrivals, links, out);
    out.all += senders.ranks.length * sumOf(toRank);
  }
  if (domains > 1) out.nicRows = { sources: routing.sources, data: domainHits };
  out.scaleUp = sumOf(out.scaleUpSent);
  out.scaleOut = sumOf(out.scaleOutSent);
  for (let link = 0; link < links.length; link++) {
    if (links[link]! > out.scaleUpPair) out.scaleUpPair = links[link]!;
  }
  return out;
}

/**
 * What ranks send to other domains and keep.
 *
 * @returns [ranks] sources whose rows arrive there over the NIC
 */
function send(
  routing: Routing,
  senders: Senders,
  toRank: Float64Array,
  toDomain: Float64Array,
  out: MutableLinkRows,
): Float64Array {
  const { domains, domainOfRank, nodes, nodeOfRank, railOfRank, rails } = routing;
  const { membersOf, indexInDomain, isOneNode } = seatingOf(routing);
  const { domainRows, nodeRows, railRows, scaleOutReceived } = out;
  const toAll = sumOf(toDomain);
  const arrivals = new Float64Array(toRank.length);
  let relayed = 0;
  for (const source of senders.ranks) {
    const own = domainOfRank[source]!;
    const place = indexInDomain[source]!;
    const nodeRow = nodeOfRank[source]! * nodes;
    const railRow = railOfRank[source]! * rails;
    let sent = 0;
    for (let domain = 0; domain < domains; domain++) {
      const arriving = toDomain[domain]!;
      domainRows[own * domains + domain]! += arriving;
      if (domain === own) continue;
      const members = membersOf[domain]!;
      const arrival = members[place < members.length ? place : place % members.length]!;
      arrivals[arrival]!++;
      sent += arriving;
      nodeRows[nodeRow + nodeOfRank[arrival]!]! += arriving;
      railRows[railRow + railOfRank[arrival]!]! += arriving;
      scaleOutReceived[arrival]! += arriving;
      relayed += arriving - toRank[arrival]!;
    }
    out.scaleOutSent[source] = sent;
    out.local += toRank[source]!;
    if (domains > 1) out.copied[source]! += toAll;
    if (isOneNode[own]) nodeRows[nodeRow + nodeOfRank[source]!]! += toDomain[own]!;
    else for (const near of membersOf[own]!) nodeRows[nodeRow + nodeOfRank[near]!]! += toRank[near]!;
  }
  out.relayed += relayed;
  return arrivals;
}

/** What arrives at a rank goes on from it to the others of its domain, as its own rows do. */
function handOn(
  routing: Routing,
  senders: Senders,
  toRank: Float64Array,
  arrivals: Float64Array,
  links: Float64Array,
  out: MutableLinkRows,
): void {
  const { ranks, domains, domainOfRank } = routing;
  const { membersOf, width } = seatingOf(routing);
  const inDomain = sumsByPlace(toRank, domainOfRank, domains);
  const passing = arrivals.slice();
  for (const source of senders.ranks) passing[source]!++;
  const passingInDomain = sumsByPlace(passing, domainOfRank, domains);
  let forwarded = 0;
  for (let rank = 0; rank < ranks; rank++) {
    const domain = domainOfRank[rank]!;
    const count = toRank[rank]!;
    const here = passing[rank]!;
    const beside = inDomain[domain]! - count;
    out.copied[rank]! += senders.ranks.length * count;
    out.scaleUpSent[rank]! += here * beside;
    out.scaleUpReceived[rank]! += (passingInDomain[domain]! - here) * count;
    forwarded += arrivals[rank]! * beside;
    if (here === 0) continue;
    const members = membersOf[domain]!;
    for (let place = 0; place < members.length; place++) {
      const other = members[place]!;
      if (other !== rank) links[rank * width + place]! += here * toRank[other]!;
    }
  }
  out.forwarded += forwarded;
}
