import type { Scenario } from '../../scenario/scenario';
import { microbatches } from '../memory/schedule';
import type { KindCount } from '../parameters/kinds';
import { denseParametersPerRank, expertParametersPerRank } from '../parameters/rank';
import { servingGrid } from '../parameters/serving';
import { pipelineStages } from '../parameters/stages';

/** What the compared rank runs in a step: a rank of the pipeline stage with the most MoE layers. */
export interface StepScope {
  readonly isTraining: boolean;
  readonly microbatches: number;
  /** Its layers by kind, MTP modules left out. */
  readonly kinds: readonly KindCount[];
  readonly denseLayers: number;
  readonly moeLayers: number;
  /** Tokens of one TP group in one pass. */
  readonly groupTokens: number;
  /** Weights that the rank holds, in elements. */
  readonly denseParameters: number;
  readonly expertParameters: number;
}

export function stepScope(scenario: Scenario): StepScope {
  const { model, layout, workload } = scenario;
  const isTraining = workload.mode === 'train';
  const stages = pipelineStages(isTraining ? model : { ...model, mtpLayers: 0 }, layout);
  const stage = stages.reduce((most, candidate) => (candidate.moeLayers > most.moeLayers ? candidate : most));
  const experts = model.routedExperts / layout.ep;
  return {
    isTraining,
    microbatches: isTraining ? microbatches(workload, layout) : 1,
    kinds: stage.kinds,
    denseLayers: stage.denseLayers,
    moeLayers: stage.moeLayers,
    groupTokens: isTraining
      ? (workload.microBatchSize * workload.sequenceLength) / layout.cp
      : workload.tokensPerRank * servingGrid(layout).attentionTp,
    denseParameters: denseParametersPerRank(model, stage, layout.tp).total,
    expertParameters: expertParametersPerRank(model, stage, experts, layout.etp),
  };
}
