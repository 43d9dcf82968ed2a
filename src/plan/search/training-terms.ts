import type { LayoutScenario, Scenario, WorkloadScenario } from '../../scenario/scenario';
import { expertExchange } from '../../sim/compute/all-to-all';
import { type LayerContext, layerContext, recomputedShare } from '../../sim/compute/context';
import { type DenseWork, denseWork, type ExpertWork, expertWork, layerOf } from '../../sim/compute/layer';
import type { Machine } from '../../sim/compute/machine';
import { type EndTime, endTime, layerParts } from '../../sim/compute/pipeline';
import { total } from '../../sim/compute/step-parts';
import {
  activationShape,
  groupTokens,
  isKept,
  keptBytes,
  moeTensors,
  tokenTensors,
} from '../../sim/memory/activations';
import type { Load } from '../../sim/memory/rank-memory';
import type { LayerActivations } from '../../sim/memory/training';
import { kindsOf, type LayerKind, subLayers } from '../../sim/parameters/kinds';
import { inMap, lazily, remembered } from './remembered';
import { type SharedTraffic, sharedTraffic } from './shared-traffic';
import { type Family, memberOf } from './space';
import { type BoundRanks, boundRanks, leastSeconds } from './training-bounds';

type Recompute = WorkloadScenario['recompute'];

/** What configurations share that compute and send alike, whatever their pipeline. */
export interface Terms {
  readonly ends: () => EndTime;
  readonly ranks: RanksOf;
  readonly of: (recompute: Recompute, layout: LayoutScenario) => LayerTerms;
}

/** What layers take and keep under a recompute mode, by kind as `kindsOf` orders them. */
export interface LayerTerms {
  /** Ranks among which the fullest is. */
  readonly ranks: readonly RankTerms[];
  readonly seconds: () => Float64Array;
}

export interface RankTerms extends Omit<Load, 'rank'> {
  readonly activations: LayerActivations;
}

export type RanksOf = (recompute: Recompute) => readonly RankTerms[];

/** What every token passes, by the tokens of a microbatch, TP and CP. */
interface TokenTerms {
  readonly ends: () => EndTime;
  readonly work: (kind: LayerKind) => DenseWork;
  /** Bytes of a layer in front of its experts, by kind. */
  readonly kept: (recompute: Recompute) => Float64Array;
  /** Seconds of a layer that has no experts. */
  readonly seconds: Map<unknown, Map<LayerKind, number>>;
}

/** What the routed experts of a layer take, by what is sent to them. */
interface ExpertTerms {
  readonly context: () => LayerContext;
  readonly work: () => ExpertWork;
  readonly ranks: Map<string, RanksOf>;
}

/** What members with one microbatch share, in families that compute and send alike. */
export interface BatchTerms {
  /** By the place of a way. */
  readonly ofWay: readonly Terms[];
  /** Ranks between which those of all ways lie, and seconds of a layer that none falls below. */
  readonly bounds: readonly BoundRanks[];
  readonly leastSeconds: () => Float64Array;
}

/**
 * A memory of what members of families share. All have the model, the links and the routing of the first.
 *
 * @returns of a family, of members with a workload: their terms
 */
export function trainingTerms(
  base: Scenario,
  machine: Machine,
): (family: Family) => (workload: WorkloadScenario) => BatchTerms {
  const traffic = sharedTraffic(base.cluster);
  const byTokens = new Map<string, TokenTerms>();
  const byTraffic = new Map<SharedTraffic, Map<number, ExpertTerms>>();
  const byRanks = new Map<Family['ways'], Map<string, readonly BoundRanks[]>>();
  const numbers = new Map<RanksOf, number>();
  const numberOf = (ranks: RanksOf): number => inMap(numbers, ranks, () => numbers.size);
  const byFamily = new Map<string, Map<Family['ways'], Map<string, BatchTerms>>>();

  const termsOf = (scenario: Scenario): Terms => {
    const { layout, workload } = scenario;
    const { tp, cp, sequenceParallel } = layout;
    const sent = traffic.of(scenario);
    const context = lazily(() => layerContext(scenario, machine, sent.load, expertExchange(sent, sent.time)));
    const tokens = groupTokens(scenario);
    const tokenTerms = inMap(byTokens, `${workload.microBatchSize} ${tp} ${cp} ${sequenceParallel}`, () =>
      tokenTermsOf(scenario, context),
    );
    const ofTraffic = inMap(byTraffic, sent, () => new Map<number, ExpertTerms>());
    const experts = inMap(ofTraffic, tokens / tp, () => ({
      context,
      work: lazily(() => expertWork(context())),
      ranks: new Map(),
    }));
    const ranks = inMap(experts.ranks, `${tokens} ${tp} ${sequenceParallel}`, () =>
      ranksOf(scenario, sent.loads, tokenTerms),
    );
    return { ends: tokenTerms.ends, ranks, of: layerTermsOf(base, machine, ranks, tokenTerms, experts) };
  };

  const boundsOf = (ways: Family['ways'], ofWay: readonly Terms[]): readonly BoundRanks[] => {
    const ranks = ofWay.map((terms) => terms.ranks);
    const ofWays = inMap(byRanks, ways, () => new Map());
    return inMap(ofWays, ranks.map(numberOf).join(), () => boundRanks(ways, ranks));
  };
  const batchTerms = (family: Family, microBatchSize: number): BatchTerms => {
    const { layout, ways, waysTogether } = family;
    const ofWay: Terms[] = [];
    for (const together of waysTogether) {
      const shared = termsOf(memberOf(family, microBatchSize, ways[together[0]!]!).scenario);
      for (const way of together) ofWay[way] = shared;
    }
    return {
      ofWay,
      bounds: boundsOf(ways, ofWay),
      leastSeconds: lazily(() => leastSeconds([...new Set(ofWay)].map((terms) => terms.of('none', layout)))),
    };
  };

  return (family) => {
    const { tp, cp, sequenceParallel } = family.layout;
    const key = `${traffic.groupOf(family.layout)} ${tp} ${cp} ${sequenceParallel}`;
    const ofFamily = inMap(
      inMap(byFamily, key, () => new Map()),
      family.ways,
      () => new Map(),
    );
    return ({ microBatchSize, tokensPerRank }) =>
      inMap(ofFamily, `${microBatchSize} ${tokensPerRank}`, () => batchTerms(family, microBatchSize));
  };
}

function tokenTermsOf(scenario: Scenario, context: () => LayerContext): TokenTerms {
  const { model } = scenario;
  const shape = activationShape(scenario, 0);
  const tensors = kindsOf(model).map((kind) => tokenTensors(model, shape, kind));
  return {
    ends: lazily(() => endTime(context())),
    work: remembered((kind: LayerKind) => denseWork(context(), kind)),
    kept: remembered((recompute: Recompute) =>
      Float64Array.from(tensors, (saved) => keptBytes(saved, recompute)),
    ),
    seconds: new Map(),
  };
}

function ranksOf(scenario: Scenario, loads: readonly Load[], tokens: TokenTerms): RanksOf {
  const { model } = scenario;
  const isMoe = kindsOf(model).map((kind) => subLayers(model, kind).isMoe);
  const tensors = loads.map(({ assignments }) => moeTensors(model, activationShape(scenario, assignments)));
  const keptOf = (recompute: Recompute): readonly Float64Array[] => {
    const before = tokens.kept(recompute);
    // What is kept of a layer in front of its experts is all that full recomputation keeps.
    if (recompute === 'full') return tensors.map(() => before);
    const kept = tensors[0]!.map((tensor) => isKept(tensor, recompute));
    return tensors.map((saved) => {
      const bytes = before.slice();
      for (let kind = 0; kind < bytes.length; kind++) {
        if (!isMoe[kind]) continue;
        for (let at = 0; at < saved.length; at++) if (kept[at]) bytes[kind]! += saved[at]!.bytes;
      }
      return bytes;
    });
  };
  const whole = keptOf('none');
  return remembered((recompute) => {
    const kept = keptOf(recompute);
    return loads.map(({ experts, assignments, buffers }, at) => ({
      experts,
      assignments,
      buffers,
      activations: { kept: kept[at]!, whole: whole[at]! },
    }));
  });
}

function layerTermsOf(
  { model, workload }: Scenario,
  machine: Machine,
  ranks: RanksOf,
  tokens: TokenTerms,
  experts: ExpertTerms,
): Terms['of'] {
  const known = new Map<unknown, LayerTerms>();
  return (recompute, layout) => {
    // Recomputing blocks of layers repeats a share of them that follows from the pipeline.
    const share = recompute === 'full' ? recomputedShare({ model, layout, workload }) : 1;
    const mode = recompute === 'full' ? share : recompute;
    const found = known.get(mode);
    if (found) return found;
    const secondsOf = (kind: LayerKind): number => {
      const recipe = { model, recompute, recomputedShare: share, allToAll: experts.context().allToAll };
      const time = layerOf(recipe, kind, tokens.work(kind), experts.work());
      return total(layerParts(time, machine, workload));
    };
    const made: LayerTerms = {
      ranks: ranks(recompute),
      seconds: lazily(() => {
        const alone = inMap(tokens.seconds, mode, () => new Map());
        return Float64Array.from(kindsOf(model), (kind) =>
          kind.feedForward === 'moe' ? secondsOf(kind) : inMap(alone, kind, () => secondsOf(kind)),
        );
      }),
    };
    known.set(mode, made);
    return made;
  };
}
