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
  keptBytes,
  moeTensors,
  type SavedTensor,
  tokenTensors,
} from '../../sim/memory/activations';
import type { Load } from '../../sim/memory/rank-memory';
import type { LayerActivations } from '../../sim/memory/training';
import { kindsOf, type LayerKind, subLayers } from '../../sim/parameters/kinds';
import { inMap, lazily, remembered } from './remembered';
import { type SharedTraffic, sharedTraffic } from './shared-traffic';
import type { Family, Way } from './space';

type Recompute = WorkloadScenario['recompute'];

/** What configurations share that compute and send alike, whatever their pipeline. */
export interface Terms {
  readonly ends: () => EndTime;
  readonly of: (recompute: Recompute, layout: LayoutScenario) => LayerTerms;
}

/** What layers take and keep under a recompute mode, by kind as `kindsOf` orders them. */
export interface LayerTerms {
  /** Ranks among which the fullest is. */
  readonly ranks: readonly RankTerms[];
  readonly seconds: () => Float64Array;
}

export interface RankTerms extends Pick<Load, 'experts' | 'buffers'> {
  readonly activations: LayerActivations;
}

type RanksOf = (recompute: Recompute) => readonly RankTerms[];

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

/**
 * A memory of what members of families share. All have the model, the links and the routing of the first.
 *
 * @returns of a family, of members with a workload, of a way of them: their terms
 */
export function trainingTerms(
  base: Scenario,
  machine: Machine,
): (family: Family) => (workload: WorkloadScenario) => (way: Way) => Terms {
  const traffic = sharedTraffic(base.cluster);
  const byTokens = new Map<string, TokenTerms>();
  const byTraffic = new Map<SharedTraffic, Map<number, ExpertTerms>>();
  const byFamily = new Map<string, Map<string, Map<Way['communication'], Terms>>>();

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
    return { ends: tokenTerms.ends, of: layerTermsOf(base, machine, ranks, tokenTerms, experts) };
  };

  return (family) => {
    const { tp, cp, sequenceParallel } = family.layout;
    const key = `${traffic.groupOf(family.layout)} ${tp} ${cp} ${sequenceParallel}`;
    const ofFamily = inMap(byFamily, key, () => new Map());
    return ({ microBatchSize, tokensPerRank }) => {
      const ofBatch: Map<Way['communication'], Terms> = inMap(
        ofFamily,
        `${microBatchSize} ${tokensPerRank}`,
        () => new Map(),
      );
      return (way) => {
        const found = ofBatch.get(way.communication);
        if (found) return found;
        const made = termsOf(family.member(microBatchSize, way).scenario);
        ofBatch.set(way.communication, made);
        return made;
      };
    };
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
  const kept = (saved: readonly SavedTensor[], recompute: Recompute): Float64Array =>
    tokens
      .kept(recompute)
      .map((before, kind) => (isMoe[kind] ? keptBytes(saved, recompute, before) : before));
  const whole = tensors.map((saved) => kept(saved, 'none'));
  return remembered((recompute) =>
    loads.map(({ experts, buffers }, at) => ({
      experts,
      buffers,
      activations: { kept: kept(tensors[at]!, recompute), whole: whole[at]! },
    })),
  );
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
      return total(layerParts(time, kind, machine, workload));
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
