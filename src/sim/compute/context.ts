import type { ModelScenario, Scenario } from '../../scenario/scenario';
import { type Group, group } from './collective';
import { type ForwardBackward, NO_TIME } from './gemm';
import type { Machine } from './machine';
import type { TrainingRecipe } from './recipe';

/** Sizes and groups that every layer of one microbatch shares. */
export interface LayerContext {
  readonly model: ModelScenario;
  readonly machine: Machine;
  readonly recipe: TrainingRecipe;
  readonly recompute: Scenario['workload']['recompute'];
  /** Tokens of a TP group and of one rank, tokens of one whole microbatch. */
  readonly groupTokens: number;
  readonly rankTokens: number;
  readonly microbatchTokens: number;
  readonly sequenceLength: number;
  readonly tp: number;
  readonly etp: number;
  readonly ep: number;
  readonly tpGroup: Group;
  readonly etpGroup: Group;
  readonly cpGroup: Group;
  /** Fullest rank's rows over the mean, and the share of assignments that no capacity factor dropped. */
  readonly imbalance: number;
  readonly kept: number;
  /** Exchange of one MoE layer: dispatch with combine, forward, and both again backward. Seconds. */
  readonly allToAll: ForwardBackward;
}

/** Collects what the layers of one scenario share. */
export function layerContext(
  scenario: Scenario,
  machine: Machine,
  recipe: TrainingRecipe,
  load: { readonly maxOverMean: number; readonly dropped: number },
  allToAll: ForwardBackward,
): LayerContext {
  const { model, layout, workload } = scenario;
  const microbatchTokens = workload.microBatchSize * workload.sequenceLength;
  const groupTokens = microbatchTokens / layout.cp;
  return {
    model,
    machine,
    recipe,
    recompute: workload.recompute,
    groupTokens,
    rankTokens: groupTokens / layout.tp,
    microbatchTokens,
    sequenceLength: workload.sequenceLength,
    tp: layout.tp,
    etp: layout.etp,
    ep: layout.ep,
    tpGroup: group(machine, layout.tp, 1),
    etpGroup: group(machine, layout.etp, 1),
    cpGroup: group(machine, layout.cp, layout.tp),
    imbalance: load.maxOverMean,
    kept: 1 - load.dropped,
    allToAll: layout.ep > 1 ? allToAll : NO_TIME,
  };
}
