import type { BackendId, Scenario } from '../../scenario/scenario';
import { expertInputSize } from '../parameters/moe';
import type { PhaseTraffic, TrafficResult } from '../result';
import type { Routing } from '../routing/routing';
import { collectivesAround } from './collectives';
import { everyRank, type LinkRows, perAssignment, perDestination } from './link-rows';
import { rowBytes } from './row-bytes';

/** How each backend sends, and what its own benchmark counts as bytes (in rows, all ranks). */
interface SendingRule {
  readonly send: (routing: Routing) => LinkRows;
  readonly logicalRows: (routing: Routing, links: LinkRows) => number;
}

const sendingRules: Readonly<Record<BackendId, SendingRule>> = {
  // nccl-tests: the whole send buffer, own part included.
  'nccl-alltoall': { send: perAssignment, logicalRows: (_, links) => sum(links.rows) },
  // `tests/legacy/test_low_latency.py`: tokens x top-k, own rank included.
  'deepep-low-latency': { send: perAssignment, logicalRows: (_, links) => sum(links.rows) },
  // `tests/legacy/test_internode.py`: distinct destination nodes per token, own node included; within one node
  // (`test_intranode.py`) distinct destination ranks.
  'deepep-high-throughput': {
    send: perDestination,
    logicalRows: (routing, links) => sum(routing.domains > 1 ? links.domainRows : links.rows),
  },
  // Stored once per destination rank (TensorRT-LLM `moeAlltoAllKernels.cu`, `already_copied`), own rank included, as its
  // blog 18 counts them. Indices and weights of the experts, 8 bytes per choice, travel with the row and are left out.
  'nvlink-one-sided': { send: perDestination, logicalRows: (_, links) => sum(links.rows) },
  // nccl-tests: the gathered buffer of every rank.
  'allgather-reducescatter': { send: everyRank, logicalRows: (_, links) => sum(links.rows) },
};

/**
 * Dispatch and combine of one MoE layer of one EP group, forward. Links are scale-up (within a scale-up domain) and
 * scale-out (between domains).
 */
export function traffic(scenario: Scenario, routing: Routing): TrafficResult {
  const { backend, dispatchDtype, combineDtype } = scenario.communication;
  const { routedExperts } = scenario.model;
  const width = expertInputSize(scenario.model);
  const { ranks, nodes, domains, rails, tokensPerRank } = routing;
  const rule = sendingRules[backend];
  const links = rule.send(routing);
  const logicalRows = rule.logicalRows(routing, links);
  const phase = (name: 'dispatch' | 'combine', dtype: typeof dispatchDtype) =>
    phaseTraffic(links, logicalRows, rowBytes(backend, name, dtype, width));
  const load = expertLoad(routing, routedExperts);
  return {
    backend,
    engine: routing.engine,
    note: routing.note,
    tokensPerRank,
    rows: { size: ranks, data: links.rows },
    nodeRows: { size: nodes, data: links.nodeRows },
    domains,
    railRows: { size: rails, data: links.railRows },
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
}

function phaseTraffic(links: LinkRows, logicalRows: number, bytes: number): PhaseTraffic {
  const { scaleUpSent, scaleUpReceived, scaleOutSent, scaleOutReceived } = links;
  const scaleUp = scaleUpSent.map((sent, rank) => Math.max(sent, scaleUpReceived[rank]!));
  const scaleOut = scaleOutSent.map((sent, rank) => Math.max(sent, scaleOutReceived[rank]!));
  return {
    rowBytes: bytes,
    localBytes: links.local * bytes,
    scaleUpBytes: links.scaleUp * bytes,
    scaleOutBytes: links.scaleOut * bytes,
    forwardedBytes: links.forwarded * bytes,
    relayedBytes: links.relayed * bytes,
    logicalBytes: logicalRows * bytes,
    busiest: {
      scaleUpBytes: largest(scaleUp) * bytes,
      scaleUpPairBytes: links.scaleUpPair * bytes,
      scaleOutBytes: largest(scaleOut) * bytes,
      smBytes: largest(links.copied) * bytes,
    },
    busiestRank: indexOfLargest(scaleUp.map((rows, rank) => rows + scaleOut[rank]!)),
  };
}

function distinctPerToken(routing: Routing): TrafficResult['perToken'] {
  const { ranks, sources, domains, domainOfRank, tokensPerRank, rankHits, domainHits } = routing;
  const tokens = tokensPerRank * sources;
  let remote = 0;
  for (let rank = 0; rank < ranks; rank++) {
    const base = (rank % sources) * domains;
    for (let domain = 0; domain < domains; domain++) {
      if (domain !== domainOfRank[rank]) remote += domainHits[base + domain]!;
    }
  }
  return {
    distinctRanks: ratio(sum(rankHits), tokens, 0),
    distinctNodes: ratio(sum(domainHits), tokens, 0),
    remoteNodes: ratio(remote, tokensPerRank * ranks, 0),
  };
}

function expertLoad(routing: Routing, routedExperts: number): TrafficResult['load'] {
  const { ranks, sources, assignments } = routing;
  const perRank = new Float64Array(ranks);
  assignments.forEach((count, i) => {
    perRank[i % ranks]! += (count * ranks) / sources;
  });
  const perExpert = routing.expertLoad;
  return {
    perRank: Array.from(perRank),
    perExpert: Array.from(perExpert),
    maxOverMean: ratio(largest(perRank) * ranks, sum(perRank), 1),
    expertMaxOverMean: ratio(largest(perExpert) * routedExperts, sum(perExpert), 1),
    fullestRank: indexOfLargest(perRank),
    dropped: routing.dropped,
    padding: routing.padding,
  };
}

/** A job that routes no token still has a result. */
function ratio(value: number, of: number, whenNone: number): number {
  return of === 0 ? whenNone : value / of;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function largest(values: ArrayLike<number> & Iterable<number>): number {
  let result = 0;
  for (const value of values) if (value > result) result = value;
  return result;
}

function indexOfLargest(values: Float64Array): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}
