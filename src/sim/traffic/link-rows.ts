import type { Routing } from '../routing/routing';

/** Rows of one dispatch by where they travel; combine is the same with sent and received exchanged. */
export interface LinkRows {
  /** [ranks, ranks] rows from source to destination rank. */
  readonly rows: Float64Array;
  /**
   * [nodes, nodes] rows between nodes: those over the NIC at the node where they arrive, those inside a scale-up domain of
   * several nodes where they go. What a domain of one node keeps is counted as in `domainRows`.
   */
  readonly nodeRows: Float64Array;
  /** [domains, domains] rows between scale-up domains; the diagonal stays inside. */
  readonly domainRows: Float64Array;
  /** [rails, rails] rows between domains by the rails of the NICs that send and receive them. */
  readonly railRows: Float64Array;
  readonly local: number;
  readonly scaleUp: number;
  readonly scaleOut: number;
  /** Of the scale-up rows those that came over the NIC and are handed on. */
  readonly forwarded: number;
  /** Of the scale-out rows those that arrive at a GPU that only hands them on. */
  readonly relayed: number;
  /** [ranks] rows that a rank sends and receives on each link class. */
  readonly scaleUpSent: Float64Array;
  readonly scaleUpReceived: Float64Array;
  readonly scaleOutSent: Float64Array;
  readonly scaleOutReceived: Float64Array;
  /** Rows on the busiest link between two ranks of one scale-up domain, one direction. */
  readonly scaleUpPair: number;
  /**
   * [ranks] row copies that limit a rank's SMs: one per delivered row and, where rows cross the NIC, one per
   * destination domain, the own one included, through the RDMA buffers (DeepEP `internode.cu`).
   */
  readonly copied: Float64Array;
}

/**
 * One row per assignment straight from the source rank to the expert's rank, as grouped `ncclSend`/`ncclRecv`
 * and the DeepEP low-latency kernels do.
 */
export function perAssignment(routing: Routing): LinkRows {
  const { ranks, sources, nodes, nodeOfRank, domains, domainOfRank, assignments } = routing;
  const out = emptyLinkRows(routing);
  for (let source = 0; source < ranks; source++) {
    const base = (source % sources) * ranks;
    const own = domainOfRank[source]!;
    for (let destination = 0; destination < ranks; destination++) {
      const count = assignments[base + destination]!;
      const domain = domainOfRank[destination]!;
      out.rows[source * ranks + destination] = count;
      out.copied[destination]! += count;
      out.nodeRows[nodeOfRank[source]! * nodes + nodeOfRank[destination]!]! += count;
      out.domainRows[own * domains + domain]! += count;
      if (destination === source) out.local += count;
      else if (domain === own) {
        addScaleUp(out, source, destination, count);
        out.scaleUpPair = Math.max(out.scaleUpPair, count);
      } else addScaleOut(out, routing, source, destination, count);
    }
  }
  return out;
}

/**
 * One row per distinct destination rank, and over the NIC one per distinct destination domain: the row arrives
 * at the GPU of the same index there, which forwards it over NVLink to the ranks that need it (DeepEP normal
 * kernels, DeepSeek-V3 report 3.2.2; DeepEP V2 and Hybrid-EP alike). With every rank and domain hit by every
 * token it is a hierarchical all-gather.
 */
export function perDestination(routing: Routing): LinkRows {
  const { ranks, sources, nodes, nodeOfRank, domains, domainOfRank, rankHits, domainHits } = routing;
  const out = emptyLinkRows(routing);
  const { membersOf, indexInDomain } = domainMembers(domainOfRank, domains);
  const isOneNode = membersOf.map((members) => new Set(members.map((rank) => nodeOfRank[rank])).size === 1);
  const width = Math.max(...membersOf.map(({ length }) => length));
  const links = new Float64Array(ranks * width);
  for (let source = 0; source < ranks; source++) {
    const own = domainOfRank[source]!;
    const nodeRow = nodeOfRank[source]! * nodes;
    const hitBase = (source % sources) * ranks;
    for (let domain = 0; domain < domains; domain++) {
      const members = membersOf[domain]!;
      const arrival = domain === own ? source : members[indexInDomain[source]! % members.length]!;
      const arriving = domainHits[(source % sources) * domains + domain]!;
      out.domainRows[own * domains + domain]! += arriving;
      const isCountedOnce = domain !== own || isOneNode[own]!;
      if (isCountedOnce) out.nodeRows[nodeRow + nodeOfRank[arrival]!]! += arriving;
      if (domain !== own) {
        addScaleOut(out, routing, source, arrival, arriving);
        out.relayed += arriving - rankHits[hitBase + arrival]!;
      }
      if (domains > 1) out.copied[source]! += arriving;
      for (const destination of members) {
        const count = rankHits[hitBase + destination]!;
        out.rows[source * ranks + destination] = count;
        if (!isCountedOnce) out.nodeRows[nodeRow + nodeOfRank[destination]!]! += count;
        out.copied[destination]! += count;
        if (destination !== arrival) {
          addScaleUp(out, arrival, destination, count);
          links[arrival * width + indexInDomain[destination]!]! += count;
          if (domain !== own) out.forwarded += count;
        } else if (domain === own) out.local += count;
      }
    }
  }
  out.scaleUpPair = links.reduce((most, count) => Math.max(most, count), 0);
  return out;
}

/** Every token to every rank and domain: what an all-gather does, whatever the router says. */
export function everyRank(routing: Routing): LinkRows {
  const { ranks, domains, tokensPerRank } = routing;
  const sent = routing.tokensBySource ?? Float64Array.of(tokensPerRank);
  const toAll = (width: number): Float64Array =>
    Float64Array.from({ length: sent.length * width }, (_, at) => sent[Math.floor(at / width)]!);
  return perDestination({
    ...routing,
    sources: sent.length,
    rankHits: toAll(ranks),
    domainHits: toAll(domains),
  });
}

type MutableLinkRows = { -readonly [K in keyof LinkRows]: LinkRows[K] };

function emptyLinkRows({ ranks, nodes, domains, rails }: Routing): MutableLinkRows {
  return {
    rows: new Float64Array(ranks * ranks),
    nodeRows: new Float64Array(nodes * nodes),
    domainRows: new Float64Array(domains * domains),
    railRows: new Float64Array(rails * rails),
    local: 0,
    scaleUp: 0,
    scaleOut: 0,
    forwarded: 0,
    relayed: 0,
    scaleUpSent: new Float64Array(ranks),
    scaleUpReceived: new Float64Array(ranks),
    scaleOutSent: new Float64Array(ranks),
    scaleOutReceived: new Float64Array(ranks),
    scaleUpPair: 0,
    copied: new Float64Array(ranks),
  };
}

function addScaleUp(out: MutableLinkRows, from: number, to: number, count: number): void {
  out.scaleUp += count;
  out.scaleUpSent[from]! += count;
  out.scaleUpReceived[to]! += count;
}

function addScaleOut(
  out: MutableLinkRows,
  { railOfRank, rails }: Routing,
  from: number,
  to: number,
  count: number,
): void {
  out.railRows[railOfRank[from]! * rails + railOfRank[to]!]! += count;
  out.scaleOut += count;
  out.scaleOutSent[from]! += count;
  out.scaleOutReceived[to]! += count;
}

function domainMembers(domainOfRank: readonly number[], domains: number) {
  const membersOf = Array.from({ length: domains }, (): number[] => []);
  const indexInDomain = domainOfRank.map((domain, rank) => membersOf[domain]!.push(rank) - 1);
  return { membersOf, indexInDomain };
}
