import { traitsOf } from '../../scenario/framework-traits';
import type { ModelScenario, Scenario } from '../../scenario/scenario';
import { gemmUnits } from '../parameters/dtypes';
import { partsSentTo } from '../placement/shards';
import { type Group, group } from './collective';
import { type ForwardBackward, NO_TIME } from './gemm';
import type { Machine } from './machine';

/** Sizes and groups that every layer of one microbatch shares. */
export interface LayerContext {
  readonly model: ModelScenario;
  readonly machine: Machine;
  /** Units that linear layers and experts compute on. */
  readonly precision: 'bf16' | 'fp8';
  readonly recompute: Scenario['workload']['recompute'];
  /** Of full recomputation: the share of layers that run again. */
  readonly recomputedShare: number;
  /** Tokens of a TP group and of one rank, tokens of one whole microbatch. */
  readonly groupTokens: number;
  readonly rankTokens: number;
  readonly microbatchTokens: number;
  readonly sequenceLength: number;
  readonly tp: number;
  readonly sequenceParallel: boolean;
  readonly etp: number;
  readonly ep: number;
  readonly tpGroup: Group;
  readonly etpGroup: Group;
  readonly cpGroup: Group;
  /** Fullest rank's rows over the mean, and the share of assignments that no capacity factor dropped. */
  readonly imbalance: number;
  readonly kept: number;
  /** Seconds of each expert of a rank beside its work, forward and backward. */
  readonly expertSeconds: number;
  /** Rows are copied to whole blocks of FP8 before the experts, and back behind them. */
  readonly padsRows: boolean;
  /** Exchange of one MoE layer: dispatch with combine, forward, and both again backward. Seconds. */
  readonly allToAll: ForwardBackward;
}

/** Collects what the layers of one scenario share. */
export function layerContext(
  scenario: Scenario,
  machine: Machine,
  load: { readonly maxOverMean: number; readonly dropped: number },
  allToAll: ForwardBackward,
): LayerContext {
  const { model, layout, workload } = scenario;
  const microbatchTokens = workload.microBatchSize * workload.sequenceLength;
  const groupTokens = microbatchTokens / layout.cp;
  return {
    model,
    machine: workload.adapterRank > 0 ? { ...machine, weightGradients: false } : machine,
    precision: gemmUnits(workload),
    recompute: workload.recompute,
    recomputedShare: recomputedShare(scenario),
    groupTokens,
    rankTokens: groupTokens / layout.tp,
    microbatchTokens,
    sequenceLength: workload.sequenceLength,
    tp: layout.tp,
    sequenceParallel: layout.sequenceParallel,
    etp: layout.etp,
    ep: layout.ep,
    tpGroup: group(machine, layout.tp, 1),
    etpGroup: group(machine, layout.etp / partsSentTo(scenario), 1),
    cpGroup: group(machine, layout.cp, layout.tp),
    imbalance: load.maxOverMean,
    kept: 1 - load.dropped,
    expertSeconds: traitsOf(scenario.framework).groupedExperts ? 0 : machine.expertSeconds,
    padsRows: padsRows(scenario),
    allToAll: layout.ep > 1 ? allToAll : NO_TIME,
  };
}

/**
 * Megatron's grouped MLP pads the rows of every expert to whole blocks of FP8 by a copy and takes the padding off by another
 * (NVIDIA/Megatron-LM megatron/core/transformer/moe/experts.py `TEGroupedMLP`: `quantization_padding` and `quantization_unpadding`,
 * the same in versions of 2025 and 2026); HybridEP writes them padded (fused_a2a.py@02ad939b, `pad_multiple`).
 */
function padsRows({ workload, communication, framework }: Scenario): boolean {
  return (
    gemmUnits(workload) === 'fp8' &&
    communication.backend !== 'hybrid-ep' &&
    !traitsOf(framework).groupedExperts
  );
}

/** Of full recomputation: the share of layers that run again. */
export const recomputedShare = ({
  model,
  layout,
  workload,
}: Pick<Scenario, 'model' | 'layout' | 'workload'>): number =>
  workload.recomputeMethod === 'block'
    ? Math.min(1, (workload.recomputeLayers * layout.pp * layout.vpp) / model.layers)
    : 1;
