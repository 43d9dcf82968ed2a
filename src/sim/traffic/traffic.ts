import type { BackendId, Scenario } from '../../scenario/scenario';
import { expertInputSize } from '../parameters/moe';
import type { PhaseTraffic, TrafficResult } from '../result';
import type { Routing } from '../routing/routing';
import { numbersOf, sumOf } from '../sums';
import { collectivesAround } from './collectives';
import type { LinkRows } from './link-rows';
import { perAssignment } from './per-assignment';
import { perDestination } from './per-destination';
import { rowBytes } from './row-bytes';
import { matrixOf, seatingOf } from './senders';
import { type Sending, sendingOf } from './sending';

const send: Readonly<Record<Sending, (routing: Routing) => LinkRows>> = {
  'per-choice': perAssignment,
  'per-rank': perDestination,
  'to-all': everyRank,
};

/** What each backend's own benchmark counts as bytes (in rows, all ranks). */
const logicalRowsOf: Readonly<Record<BackendId, (routing: Routing, links: LinkRows) => number>> = {
  // nccl-tests: the whole send buffer, own part included.
  'nccl-alltoall': (_, links) => links.all,
  // `tests/legacy/test_low_latency.py`: tokens x top-k, own rank included.
  'deepep-low-latency': (_, links) => links.all,
  // `tests/legacy/test_internode.py`: distinct destination nodes per token, own node included; within one node
  // (`test_intranode.py`) distinct destination ranks.
  'deepep-high-throughput': hierarchicalRows,
  // The same (NVIDIA's `tests/test_hybrid_ep.py` on DeepEP's branch hybrid-ep, ROCm/mori docs/EP16.en.md).
  'hybrid-ep': hierarchicalRows,
  mori: hierarchicalRows,
  // Stored once per destination rank (TensorRT-LLM `moeAlltoAllKernels.cu`, `already_copied`), own rank included, as its
  // blog 18 counts them. Indices and weights of the experts, 8 bytes per choice, travel with the row and are left out.
  'nvlink-one-sided': (_, links) => links.all,
  // nccl-tests: the gathered buffer of every rank.
  'allgather-reducescatter': (_, links) => links.all,
};

function hierarchicalRows(routing: Routing, links: LinkRows): number {
  return routing.domains > 1 ? sumOf(links.domainRows) : links.all;
}

/** Every token to every rank and domain: what an all-gather does, whatever the router says. */
function everyRank(routing: Routing): LinkRows {
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

/** Traffic without the matrix between ranks, whose rows come again and again where ranks send alike. */
export interface CountedTraffic {
  readonly counted: Omit<TrafficResult, 'rows'>;
  /** [sources, ranks] rows from a source rank to each rank. */
  readonly toRank: Float64Array;
}

/**
 * Dispatch and combine of one MoE layer of one EP group, forward. Links are scale-up (within a scale-up domain) and
 * scale-out (between domains).
 */
export function traffic(scenario: Scenario, routing: Routing): TrafficResult {
  const { counted, toRank } = countedTraffic(scenario, routing);
  return { ...counted, rows: { size: routing.ranks, data: matrixOf(routing, toRank) } };
}

export function countedTraffic(scenario: Scenario, routing: Routing): CountedTraffic {
  const { backend, dispatchDtype, combineDtype } = scenario.communication;
  const { routedExperts } = scenario.model;
  const width = expertInputSize(scenario.model);
  const { nodes, domains, rails, tokensPerRank } = routing;
  const links = send[sendingOf[backend]](routing);
  const logicalRows = logicalRowsOf[backend](routing, links);
  const busiest = busiestOf(links);
  const phase = (name: 'dispatch' | 'combine', dtype: typeof dispatchDtype) =>
    phaseTraffic(links, logicalRows, busiest, rowBytes(backend, name, dtype, width));
  const load = expertLoad(routing, routedExperts);
  const counted = {
    backend,
    engine: routing.engine,
    note: routing.note,
    tokensPerRank,
    nodeRows: { size: nodes, data: links.nodeRows },
    domains,
    railRows: { size: rails, data: links.railRows },
    nicRows: links.nicRows,
    dispatch: phase('dispatch', dispatchDtype),
    combine: phase('combine', combineDtype),
    backward:
      scenario.workload.mode === 'train'
        ? { dispatch: phase('combine', combineDtype), combine: phase('combine', combineDtype) }
        : null,
    collectives: collectivesAround(scenario, tokensPerRank, largest(load.perRank)),
    perToken: distinctPerToken(routing),
    load,
  };
  return { counted, toRank: links.toRank };
}

/** Rows of the busiest rank, the larger of sent and received. */
interface Busiest {
  readonly scaleUp: number;
  readonly scaleOut: number;
  readonly copied: number;
  /** Rank with the most rows on both link classes. */
  readonly rank: number;
}

function busiestOf({
  scaleUpSent,
  scaleUpReceived,
  scaleOutSent,
  scaleOutReceived,
  copied,
}: LinkRows): Busiest {
  const busiest = { scaleUp: 0, scaleOut: 0, copied: largest(copied), rank: 0 };
  let most = 0;
  for (let rank = 0; rank < copied.length; rank++) {
    const scaleUp = Math.max(scaleUpSent[rank]!, scaleUpReceived[rank]!);
    const scaleOut = Math.max(scaleOutSent[rank]!, scaleOutReceived[rank]!);
    busiest.scaleUp = Math.max(busiest.scaleUp, scaleUp);
    busiest.scaleOut = Math.max(busiest.scaleOut, scaleOut);
    if (scaleUp + scaleOut > most) {
      most = scaleUp + scaleOut;
      busiest.rank = rank;
    }
  }
  return busiest;
}

function phaseTraffic(links: LinkRows, logicalRows: number, busiest: Busiest, bytes: number): PhaseTraffic {
  return {
    rowBytes: bytes,
    localBytes: links.local * bytes,
    scaleUpBytes: links.scaleUp * bytes,
    scaleOutBytes: links.scaleOut * bytes,
    forwardedBytes: links.forwarded * bytes,
    relayedBytes: links.relayed * bytes,
    logicalBytes: logicalRows * bytes,
    busiest: {
      scaleUpBytes: busiest.scaleUp * bytes,
      scaleUpPairBytes: links.scaleUpPair * bytes,
      scaleOutBytes: busiest.scaleOut * bytes,
      smBytes: busiest.copied * bytes,
    },
    busiestRank: busiest.rank,
  };
}

function distinctPerToken(routing: Routing): TrafficResult['perToken'] {
  const { ranks, sources, domains, tokensPerRank, rankHits, domainHits } = routing;
  const tokens = tokensPerRank * sources;
  let remote = 0;
  for (const { row, ranks: alike, inDomain } of seatingOf(routing).senders) {
    for (let domain = 0; domain < domains; domain++) {
      remote += (alike.length - inDomain[domain]!) * domainHits[row * domains + domain]!;
    }
  }
  return {
    distinctRanks: ratio(sumOf(rankHits), tokens, 0),
    distinctNodes: ratio(sumOf(domainHits), tokens, 0),
    remoteNodes: ratio(remote, tokensPerRank * ranks, 0),
  };
}

function expertLoad(routing: Routing, routedExperts: number): TrafficResult['load'] {
  const { ranks, sources, assignments } = routing;
  const perRank = new Float64Array(ranks);
  for (let row = 0; row < assignments.length; row += ranks) {
    for (let rank = 0; rank < ranks; rank++) perRank[rank]! += assignments[row + rank]!;
  }
  for (let rank = 0; rank < ranks; rank++) perRank[rank]! *= ranks / sources;
  const perExpert = routing.expertLoad;
  return {
    perRank: numbersOf(perRank),
    perExpert: numbersOf(perExpert),
    maxOverMean: ratio(largest(perRank) * ranks, sumOf(perRank), 1),
    expertMaxOverMean: ratio(largest(perExpert) * routedExperts, sumOf(perExpert), 1),
    fullestRank: indexOfLargest(perRank),
    dropped: routing.dropped,
    padding: routing.padding,
  };
}

/** A job that routes no token still has a result. */
function ratio(value: number, of: number, whenNone: number): number {
  return of === 0 ? whenNone : value / of;
}

function largest(values: ArrayLike<number>): number {
  let result = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > result) result = values[i]!;
  return result;
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
