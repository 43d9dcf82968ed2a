import type { BackendId, Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';
import { type Routing, seatsOf } from '../routing/routing';
import { epGroup } from './ep-group';

/**
 * Dispatchers of Megatron-Core that send over ETP × EP: a row goes to every rank that holds a part of its expert, where
 * the all-to-all dispatcher sends it to one of them and gathers over ETP (NVIDIA/Megatron-LM@0014f137:
 * core/transformer/moe/token_dispatcher.py, MoEFlexTokenDispatcher and MoEAllGatherTokenDispatcher on `tp_ep_group`).
 */
const TO_EVERY_PART: ReadonlySet<BackendId> = new Set([
  'deepep-high-throughput',
  'hybrid-ep',
  'allgather-reducescatter',
] as const);

/** Ranks that one row is sent to for one expert: ETP where the dispatcher sends over ETP × EP, else 1. */
export function partsSentTo({
  workload,
  layout,
  communication,
}: Pick<Scenario, 'workload' | 'layout' | 'communication'>): number {
  const sendsToAll = workload.mode === 'train' && layout.ep > 1 && TO_EVERY_PART.has(communication.backend);
  return sendsToAll ? layout.etp : 1;
}

/** A placement over EP ranks as one over ETP × EP: rank `e · parts + t` holds part t of what EP rank e holds. */
export function overParts(scenario: Scenario, placement: PlacementResult): PlacementResult {
  const parts = partsSentTo(scenario);
  if (parts === 1) return placement;
  const group = epGroup(scenario.layout, scenario.cluster, true);
  return {
    ...placement,
    ...group,
    physicalToRank: placement.physicalToRank.map((rank) => rank * parts),
    expertsPerRank: placement.expertsPerRank.flatMap((experts) =>
      new Array<typeof experts>(parts).fill(experts),
    ),
    nodes: new Set(group.nodeOfRank).size,
  };
}

/** Routing over EP ranks as one over the ETP × EP ranks of `placement`: every part gets its expert's rows. */
export function routedToParts(scenario: Scenario, placement: PlacementResult, routing: Routing): Routing {
  const parts = partsSentTo(scenario);
  if (parts === 1) return routing;
  const { sources } = routing;
  const ranks = routing.ranks * parts;
  const seats = seatsOf(scenario, placement);
  const toParts = (rows: Float64Array): Float64Array =>
    Float64Array.from({ length: sources * ranks }, (_, at) => {
      const source = Math.floor(at / ranks);
      return rows[source * routing.ranks + Math.floor((at % ranks) / parts)]!;
    });
  return {
    ...routing,
    ...seats,
    ranks,
    assignments: toParts(routing.assignments),
    rankHits: toParts(routing.rankHits),
    domainHits: domainHits(routing, seats, parts),
    expertLoad: routing.expertLoad.map((rows) => rows * parts),
  };
}

/**
 * Tokens that use a scale-up domain. Where all parts of each expert lie in one domain they are those that use its EP ranks;
 * where a domain holds parts of one EP rank only, those that use this rank; a mixture of both has at most the sum.
 */
function domainHits(
  routing: Routing,
  { domainOfRank, domains }: Pick<Routing, 'domainOfRank' | 'domains'>,
  parts: number,
): Float64Array {
  const { sources, rankHits, tokensPerRank } = routing;
  const isWhole = domainOfRank.every((domain, rank) => domain === domainOfRank[rank - (rank % parts)]);
  if (isWhole && domains === routing.domains) return routing.domainHits;
  const held = Array.from({ length: domains }, (): Set<number> => new Set());
  domainOfRank.forEach((domain, rank) => {
    held[domain]!.add(Math.floor(rank / parts));
  });
  return Float64Array.from({ length: sources * domains }, (_, at) => {
    const source = Math.floor(at / domains);
    const hits = [...held[at % domains]!].map((rank) => rankHits[source * routing.ranks + rank]!);
    return Math.min(
      tokensPerRank,
      hits.reduce((sum, hit) => sum + hit, 0),
    );
  });
}
