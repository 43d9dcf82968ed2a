import type { Scenario } from '../../scenario/scenario';
import type { PlacementResult } from '../result';

/**
 * Experts in index order over the ranks of the first EP group.
 *
 * - Physical experts are the routed ones and then the redundant ones; redundant slot E + i replicates logical expert
 *   i mod E, vLLM's initial mapping before the load balancer has seen any load (`vllm/distributed/eplb/eplb_state.py`).
 * - Where P physical experts do not divide over ep ranks, each holds floor(P / ep) and the first P mod ep ranks hold
 *   one more (`determine_expert_map` in `vllm/model_executor/layers/fused_moe/layer.py`).
 * - World ranks: expert rank within a pipeline stage = etp + ETP·(ep + EP·edp), pipeline outermost (Megatron-LM
 *   `RankGenerator('tp-cp-ep-dp-pp')`). vLLM's EP group is contiguous, which is the same with ETP = 1.
 */
export function linearPlacement(scenario: Scenario): PlacementResult {
  const { ep, etp } = scenario.layout;
  const { gpusPerNode, scaleUpDomain } = scenario.cluster;
  const logicalExperts = scenario.model.routedExperts;
  const physicalExperts = logicalExperts + scenario.placement.redundantExperts;
  const perRank = Math.floor(physicalExperts / ep);
  const ranksWithOneMore = physicalExperts % ep;

  const physicalToRank: number[] = [];
  const physicalToLogical: number[] = [];
  const expertsPerRank: number[][] = [];
  for (let rank = 0; rank < ep; rank++) {
    const held = perRank + (rank < ranksWithOneMore ? 1 : 0);
    const experts: number[] = [];
    for (let slot = 0; slot < held; slot++) {
      const logical = physicalToRank.length % logicalExperts;
      physicalToRank.push(rank);
      physicalToLogical.push(logical);
      experts.push(logical);
    }
    expertsPerRank.push(experts);
  }

  const worldRanks = Array.from({ length: ep }, (_, rank) => rank * etp);
  const nodeOfRank = worldRanks.map((rank) => Math.floor(rank / gpusPerNode));
  return {
    physicalToRank,
    physicalToLogical,
    expertsPerRank,
    worldRanks,
    nodeOfRank,
    domainOfRank: worldRanks.map((rank) => Math.floor(rank / scaleUpDomain)),
    nodes: new Set(nodeOfRank).size,
  };
}
