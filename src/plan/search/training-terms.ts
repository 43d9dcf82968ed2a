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
import { type LayerKind, subLayers } from '../../sim/parameters/kinds';
import { inMap, lazily, remembered } from './remembered';
import { type SharedTraffic, sharedTraffic } from './shared-traffic';
import type { Family, Way } from './space';

type Recompute = WorkloadScenario['recompute'];

/** What a layer takes and keeps in configurations that compute and send alike, whatever their pipeline. */
export interface Terms {
  readonly sent: SharedTraffic;
  readonly ends: () => EndTime;
  readonly activations: ActivationsOf;
  /** Seconds of one layer of a kind. */
  readonly seconds: (recompute: Recompute, layout: LayoutScenario) => (kind: LayerKind) => number;
}

/** One layer of a kind, on a rank with so much to do. */
type ActivationsOf = (recompute: Recompute) => (load: Load) => (kind: LayerKind) => LayerActivations;

/** What every token passes, by the tokens of a microbatch, TP and CP. */
interface TokenTerms {
  readonly ends: () => EndTime;
  readonly work: (kind: LayerKind) => DenseWork;
  /** Bytes, and seconds of a layer that has no experts. */
  readonly kept: (recompute: Recompute) => (kind: LayerKind) => number;
  readonly seconds: Map<unknown, Map<LayerKind, number>>;
}

/** What the routed experts of a layer take, by what is sent to them. */
interface ExpertTerms {
  readonly context: () => LayerContext;
  readonly work: () => ExpertWork;
  readonly activations: Map<string, ActivationsOf>;
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
      activations: new Map(),
    }));
    const activations = inMap(experts.activations, `${tokens} ${tp} ${sequenceParallel}`, () =>
      activationsOf(scenario, tokenTerms),
    );
    return {
      sent,
      ends: tokenTerms.ends,
      activations,
      seconds: secondsOf(base, machine, tokenTerms, experts),
    };
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
      return (way) =>
        inMap(ofBatch, way.communication, () => termsOf(family.member(microBatchSize, way).scenario));
    };
  };
}

function tokenTermsOf(scenario: Scenario, context: () => LayerContext): TokenTerms {
  const shape = activationShape(scenario, 0);
  const tensors = remembered((kind: LayerKind) => tokenTensors(scenario.model, shape, kind));
  return {
    ends: lazily(() => endTime(context())),
    work: remembered((kind: LayerKind) => denseWork(context(), kind)),
    kept: remembered((recompute: Recompute) =>
      remembered((kind: LayerKind) => keptBytes(tensors(kind), recompute)),
    ),
    seconds: new Map(),
  };
}

function activationsOf(scenario: Scenario, tokens: TokenTerms): ActivationsOf {
  const { model } = scenario;
  const tensors = remembered((load: Load): readonly SavedTensor[] =>
    moeTensors(model, activationShape(scenario, load.assignments)),
  );
  const kept = (recompute: Recompute, load: Load, kind: LayerKind): number => {
    const before = tokens.kept(recompute)(kind);
    return subLayers(model, kind).isMoe ? keptBytes(tensors(load), recompute, before) : before;
  };
  return remembered((recompute) =>
    remembered((load) =>
      remembered((kind) => ({ kept: kept(recompute, load, kind), whole: kept('none', load, kind) })),
    ),
  );
}

function secondsOf(
  { model, workload }: Scenario,
  machine: Machine,
  tokens: TokenTerms,
  experts: ExpertTerms,
): Terms['seconds'] {
  const withExperts = new Map<unknown, Map<LayerKind, number>>();
  return (recompute, layout) => {
    const share = recomputedShare({ model, layout, workload });
    // Recomputing blocks of layers repeats a share of them that follows from the pipeline.
    const mode = recompute === 'full' ? share : recompute;
    const alone = inMap(tokens.seconds, mode, () => new Map());
    const routed = inMap(withExperts, mode, () => new Map());
    const recipe = () => ({
      model,
      recompute,
      recomputedShare: share,
      allToAll: experts.context().allToAll,
    });
    return (kind) =>
      inMap(kind.feedForward === 'moe' ? routed : alone, kind, () => {
        const time = layerOf(recipe(), kind, tokens.work(kind), experts.work());
        return total(layerParts(time, kind, machine, workload));
      });
  };
}
