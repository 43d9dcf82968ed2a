import type { Routing } from '../routing/routing';
import { sumOf } from '../sums';
import { emptyLinkRows, type LinkRows, type MutableLinkRows } from './link-rows';
import { addAt, type Lane, type Senders, seatingOf, sumsByPlace } from './senders';

/**
 * One row per distinct destination rank, and over the NIC one per distinct destination domain: the row arrives
 * at the GPU of the same index there, which forwards it over NVLink to the ranks that need it (DeepEP normal
 * kernels, DeepSeek-V3 report 3.2.2; DeepEP V2 and Hybrid-EP alike). With every rank and domain hit by every
 * token it is a hierarchical all-gather.
 */
export function perDestination(routing: Routing): LinkRows {
  const { ranks, domains, rankHits, domainHits } = routing;
  const { width, senders: allSenders, isEachOneNode } = seatingOf(routing);
  // [ranks, width] rows from a rank to the others of its domain, by their place in it, where several rows come together.
  const links = allSenders.length > 1 ? new Float64Array(ranks * width) : null;
  const out = emptyLinkRows(routing, rankHits);
  for (const senders of allSenders) {
    const toRank = rankHits.subarray(senders.row * ranks, (senders.row + 1) * ranks);
    const toDomain = domainHits.subarray(senders.row * domains, (senders.row + 1) * domains);
    const arrivals = send(routing, senders, toRank, toDomain, out);
    handOn(routing, senders, toRank, arrivals, links, out);
    out.all += senders.ranks.length * sumOf(toRank);
  }
  if (isEachOneNode) domainsToNodes(routing, out);
  if (domains > 1) out.nicRows = { sources: routing.sources, data: domainHits };
  out.scaleUp = sumOf(out.scaleUpSent);
  out.scaleOut = sumOf(out.scaleOutSent);
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
  const { domains, domainOfRank } = routing;
  const { isEachOneNode } = seatingOf(routing);
  const toAll = sumOf(toDomain);
  for (const source of senders.ranks) {
    out.scaleOutSent[source] = toAll - toDomain[domainOfRank[source]!]!;
    out.local += toRank[source]!;
    if (domains > 1) out.copied[source]! += toAll;
  }
  for (let own = 0; own < domains; own++) {
    const sources = senders.inDomain[own]!;
    if (sources > 0) addAt(out.domainRows, own * domains, toDomain, sources);
  }
  const arrivals = new Float64Array(toRank.length);
  for (const lane of senders.lanes) arrive(routing, lane, toRank, toDomain, arrivals, out);
  if (!isEachOneNode) addNodeRows(routing, senders, toRank, toDomain, out.nodeRows);
  return arrivals;
}

/** Rows of a lane come to the GPU of its place in each other domain. */
function arrive(
  routing: Routing,
  { place, rail, ranks, inDomain }: Lane,
  toRank: Float64Array,
  toDomain: Float64Array,
  arrivals: Float64Array,
  out: MutableLinkRows,
): void {
  const { rails, railOfRank } = routing;
  const { membersOf } = seatingOf(routing);
  const { railRows, scaleOutReceived } = out;
  let relayed = 0;
  for (let domain = 0; domain < toDomain.length; domain++) {
    const sources = ranks - inDomain[domain]!;
    if (sources === 0) continue;
    const arrival = arrivalIn(membersOf[domain]!, place);
    const rows = sources * toDomain[domain]!;
    arrivals[arrival]! += sources;
    scaleOutReceived[arrival]! += rows;
    railRows[rail * rails + railOfRank[arrival]!]! += rows;
    relayed += rows - sources * toRank[arrival]!;
  }
  out.relayed += relayed;
}

/** The GPU of a domain at which rows arrive that a GPU of this place in another one sends. */
const arrivalIn = (members: readonly number[], place: number): number =>
  members[place < members.length ? place : place % members.length]!;

/** Rows between nodes where each domain is one, or part of one. */
function domainsToNodes(routing: Routing, { domainRows, nodeRows }: LinkRows): void {
  const { domains, nodes, nodeOfRank } = routing;
  const nodeOf = seatingOf(routing).membersOf.map((members) => nodeOfRank[members[0]!]!);
  for (let from = 0; from < domains; from++) {
    for (let to = 0; to < domains; to++) {
      nodeRows[nodeOf[from]! * nodes + nodeOf[to]!]! += domainRows[from * domains + to]!;
    }
  }
}

/** Rows between nodes where a domain has several. */
function addNodeRows(
  routing: Routing,
  { ranks }: Senders,
  toRank: Float64Array,
  toDomain: Float64Array,
  nodeRows: Float64Array,
): void {
  const { domains, domainOfRank, nodes, nodeOfRank } = routing;
  const { membersOf, indexInDomain, isOneNode } = seatingOf(routing);
  for (const source of ranks) {
    const own = domainOfRank[source]!;
    const row = nodeOfRank[source]! * nodes;
    for (let domain = 0; domain < domains; domain++) {
      const members = membersOf[domain]!;
      if (domain !== own) {
        nodeRows[row + nodeOfRank[arrivalIn(members, indexInDomain[source]!)]!]! += toDomain[domain]!;
      } else if (isOneNode[own]) nodeRows[row + nodeOfRank[source]!]! += toDomain[own]!;
      else for (const near of members) nodeRows[row + nodeOfRank[near]!]! += toRank[near]!;
    }
  }
}

/** What arrives at a rank goes on from it to the others of its domain, as its own rows do. */
function handOn(
  routing: Routing,
  senders: Senders,
  toRank: Float64Array,
  arrivals: Float64Array,
  links: Float64Array | null,
  out: MutableLinkRows,
): void {
  const { ranks, domains, domainOfRank } = routing;
  const { membersOf, width } = seatingOf(routing);
  const inDomain = sumsByPlace(toRank, domainOfRank, domains);
  const passing = arrivals.slice();
  for (const source of senders.ranks) passing[source]!++;
  const passingInDomain = sumsByPlace(passing, domainOfRank, domains);
  let forwarded = 0;
  let { scaleUpPair } = out;
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
      if (other === rank) continue;
      const link = rank * width + place;
      const rows = here * toRank[other]! + (links?.[link] ?? 0);
      if (links) links[link] = rows;
      if (rows > scaleUpPair) scaleUpPair = rows;
    }
  }
  out.forwarded += forwarded;
  out.scaleUpPair = scaleUpPair;
}
