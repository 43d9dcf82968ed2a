import type { LayoutScenario, Scenario } from '../../scenario/scenario';
import { expertExchange } from '../../sim/compute/all-to-all';
import type { LayerContext } from '../../sim/compute/context';
import { layerContext } from '../../sim/compute/context';
import { type DenseWork, denseWork, type ExpertWork, expertWork, layerOf } from '../../sim/compute/layer';
import { machineOf } from '../../sim/compute/machine';
import { type EndTime, endTime, layerParts, pipelineTime } from '../../sim/compute/pipeline';
import { step } from '../../sim/compute/step';
import { type Parts, total } from '../../sim/compute/step-parts';
import { stepParts, trainedTokens } from '../../sim/compute/train-step';
import { type UpdateTime, updateTime } from '../../sim/compute/update';
import { activationShape, type SavedTensor, savedTensors } from '../../sim/memory/activations';
import { fullestStage, heldBy } from '../../sim/memory/memory';
import { type Load, rankMemory } from '../../sim/memory/rank-memory';
import { type LayerActivations, layerActivations, type RankTerms } from '../../sim/memory/training';
import type { LayerKind } from '../../sim/parameters/kinds';
import { denseParametersPerRank } from '../../sim/parameters/rank';
import {
  type PipelineStage,
  pipelineStages,
  type StageGroup,
  stageGroups,
} from '../../sim/parameters/stages';
import type { RankMemory } from '../../sim/result';
import type { MemoryFigures, TimeFigures } from './figures';
import { type LayerTraffic, layerTraffics } from './layer-traffic';

/** The figures of configurations of one job: exactly those of `simulate`, by its own functions. */
export interface Evaluator {
  readonly memory: (scenario: Scenario) => MemoryFigures;
  readonly time: (scenario: Scenario) => TimeFigures;
  /** Bytes that no configuration with this layout, and at least this microbatch, can do without. */
  readonly leastBytes: (scenario: Scenario) => number;
}

/** An evaluation that remembers what configurations share. All have the model, the links and the routing of the first. */
export function evaluator(base: Scenario): Evaluator {
  return base.workload.mode === 'train' ? trainingEvaluator(base) : servingEvaluator();
}

function servingEvaluator(): Evaluator {
  const trafficOf = layerTraffics();
  const stagesOf = stagesByPipeline();
  return {
    memory(scenario) {
      const sent = trafficOf(scenario);
      const stage = fullestStage(scenario, stagesOf(scenario), sent.tried);
      const { fullest, kvSequences } = heldBy(scenario, stage, sent.loads);
      return memoryOf(fullest.bytes, kvSequences);
    },
    time(scenario) {
      const sent = trafficOf(scenario);
      const taken = step(scenario, sent, sent.time);
      return {
        seconds: taken.seconds,
        tokensPerSecondPerGpu: taken.tokensPerSecondPerGpu,
        tpotMilliseconds: taken.tpotMilliseconds ?? null,
        ttftMilliseconds: taken.ttftMilliseconds ?? null,
      };
    },
    leastBytes: () => 0,
  };
}

const memoryOf = (
  { total, capacity }: RankMemory,
  kvSequences: MemoryFigures['kvSequences'],
): MemoryFigures => ({ peakBytes: total, capacityBytes: capacity, kvSequences });

/** What configurations with the same tokens, TP and CP share. */
interface Dense {
  readonly work: Map<LayerKind, DenseWork>;
  readonly ends: () => EndTime;
}

/** What those share that also have the same traffic; recipes are what runs again. */
interface Cell {
  readonly sent: LayerTraffic;
  readonly dense: Dense;
  readonly experts: () => ExpertWork;
  readonly tensors: Map<Load, Map<LayerKind, readonly SavedTensor[]>>;
  readonly recipes: Map<unknown, Recipe>;
}

interface Recipe {
  readonly parts: Map<LayerKind, Parts>;
  readonly activations: Map<Load, Map<LayerKind, LayerActivations>>;
}

/** What configurations with one layout share. */
interface Layout {
  readonly stages: readonly StageGroup[];
  readonly update: () => UpdateTime;
  readonly denseParameters: (stage: PipelineStage) => number;
}

function trainingEvaluator(base: Scenario): Evaluator {
  const machine = machineOf(base.cluster);
  const trafficOf = layerTraffics();
  const stagesOf = stagesByPipeline();
  const parameters = remembering<number>();
  const denses = remembering<Dense>();
  const cells = remembering<Cell>();
  const layouts = new WeakMap<LayoutScenario, Layout>();
  const ids = new Map<LayerTraffic, number>();
  const idOf = (sent: LayerTraffic): number => inMap(ids, sent, () => ids.size);

  const layoutOf = (scenario: Scenario): Layout => {
    const known = layouts.get(scenario.layout);
    if (known) return known;
    const { model, layout } = scenario;
    const made: Layout = {
      stages: stagesOf(scenario),
      update: lazily(() => updateTime(scenario, machine, stagesOf(scenario))),
      denseParameters: (stage) =>
        parameters(
          `${layout.pp} ${layout.vpp} ${stage.index} ${layout.tp}`,
          () => denseParametersPerRank(model, stage, layout.tp).total,
        ),
    };
    layouts.set(scenario.layout, made);
    return made;
  };
  const contextOf = (scenario: Scenario, sent: LayerTraffic): LayerContext =>
    layerContext(scenario, machine, sent.load, expertExchange(sent, sent.time));
  const cellOf = (scenario: Scenario): Cell => {
    const sent = trafficOf(scenario);
    const { tp, cp, sequenceParallel, etp, ep } = scenario.layout;
    const key = `${tp} ${cp} ${sequenceParallel} ${scenario.workload.microBatchSize}`;
    return cells(`${key} ${etp} ${ep} ${idOf(sent)}`, () => ({
      sent,
      dense: denses(key, () => ({
        work: new Map(),
        ends: lazily(() => endTime(contextOf(scenario, sent))),
      })),
      experts: lazily(() => expertWork(contextOf(scenario, sent))),
      tensors: new Map(),
      recipes: new Map(),
    }));
  };

  return {
    memory(scenario) {
      const { model, layout, workload } = scenario;
      const cell = cellOf(scenario);
      const own = layoutOf(scenario);
      const { activations } = recipeOf(cell, workload, layout);
      const termsOf = (stage: PipelineStage, load: Load): RankTerms => ({
        denseParameters: own.denseParameters(stage),
        activationsOf: (kind) =>
          inMap(byKind(activations, load), kind, () => {
            const tensors = inMap(byKind(cell.tensors, load), kind, () =>
              savedTensors(model, activationShape(scenario, load.assignments), kind),
            );
            return layerActivations(tensors, workload.recompute);
          }),
      });
      const stage = fullestStage(scenario, own.stages, cell.sent.tried, termsOf);
      return memoryOf(heldBy(scenario, stage, cell.sent.loads, termsOf).fullest.bytes, null);
    },
    time(scenario) {
      const { model, layout, workload } = scenario;
      const cell = cellOf(scenario);
      const own = layoutOf(scenario);
      const { parts } = recipeOf(cell, workload, layout);
      const partsOf = (kind: LayerKind): Parts =>
        inMap(parts, kind, () => {
          const all = contextOf(scenario, cell.sent);
          const work = inMap(cell.dense.work, kind, () => denseWork(all, kind));
          return layerParts(layerOf(all, kind, work, cell.experts()), kind, machine, workload);
        });
      const pipeline = pipelineTime(model, own.stages, cell.dense.ends(), partsOf);
      const seconds = total(stepParts(scenario, machine, pipeline, own.update()));
      return {
        seconds,
        tokensPerSecondPerGpu: trainedTokens(scenario, seconds),
        tpotMilliseconds: null,
        ttftMilliseconds: null,
      };
    },
    leastBytes(scenario) {
      const own = layoutOf(scenario);
      // No rank of a group holds less than the mean, and bytes grow with all that is left out here.
      const slots = base.model.routedExperts + base.placement.redundantExperts;
      const load = { rank: 0, experts: slots / scenario.layout.ep, assignments: 0, buffers: 0 };
      const tried = own.stages.map(({ stage }) => {
        const terms = { denseParameters: own.denseParameters(stage), activationsOf: () => NONE };
        return rankMemory(scenario, stage, load, terms).bytes.total;
      });
      return Math.max(...tried);
    },
  };
}

const NONE: LayerActivations = { kept: 0, whole: 0 };

function lazily<V>(make: () => V): () => V {
  let made: V | undefined;
  return () => (made ??= make());
}

/** Recomputing blocks of layers repeats a share of them that follows from the pipeline. */
function recipeOf(
  cell: Cell,
  { recompute, recomputeMethod }: Scenario['workload'],
  layout: LayoutScenario,
): Recipe {
  const mode = recompute === 'full' && recomputeMethod === 'block' ? layout.pp * layout.vpp : recompute;
  return inMap(cell.recipes, mode, () => ({ parts: new Map(), activations: new Map() }));
}

function stagesByPipeline(): (scenario: Scenario) => readonly StageGroup[] {
  const known = remembering<readonly StageGroup[]>();
  return ({ model, layout }) =>
    known(`${layout.pp} ${layout.vpp}`, () => stageGroups(pipelineStages(model, layout)));
}

const byKind = <V>(byLoad: Map<Load, Map<LayerKind, V>>, load: Load): Map<LayerKind, V> =>
  inMap(byLoad, load, () => new Map<LayerKind, V>());

function inMap<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function remembering<V>(): (key: string, make: () => V) => V {
  const known = new Map<string, V>();
  return (key, make) => inMap(known, key, make);
}
