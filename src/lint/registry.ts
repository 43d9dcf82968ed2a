import type { DocumentRule, Rule, RuleDescription, SimulatedRule } from './rule';
import { arealRules } from './rules/areal';
import { artefactRules } from './rules/artefacts';
import { axolotlRules } from './rules/axolotl';
import { deepspeedKernelRules } from './rules/deepspeed-kernels';
import { deepspeedLayoutRules } from './rules/deepspeed-layout';
import { deepspeedOptionRules } from './rules/deepspeed-options';
import { expertRules } from './rules/general-experts';
import { rankRules } from './rules/general-ranks';
import { textRules } from './rules/general-text';
import { unresolvedRules } from './rules/general-unresolved';
import { wordRules } from './rules/general-words';
import { huggingfaceRules } from './rules/huggingface';
import { huggingfaceFamilyRules } from './rules/huggingface-families';
import { huggingfaceKeyRules } from './rules/huggingface-keys';
import { maxtextRules } from './rules/maxtext';
import { megatronCheckpointRules } from './rules/megatron-checkpoint';
import { megatronExpertRules } from './rules/megatron-experts';
import { megatronGraphRules } from './rules/megatron-graphs';
import { megatronLayoutRules } from './rules/megatron-layout';
import { megatronModelRules } from './rules/megatron-model';
import { megatronOptionRules } from './rules/megatron-options';
import { megatronOverlapRules } from './rules/megatron-overlap';
import { megatronPipelineLayoutRules } from './rules/megatron-pipeline-layout';
import { megatronQuantisationRules } from './rules/megatron-quantisation';
import { megatronRecomputeRules } from './rules/megatron-recompute';
import { megatronRoutingRules } from './rules/megatron-routing';
import { megatronShardingRules } from './rules/megatron-sharding';
import { megatronStageRules } from './rules/megatron-stages';
import { scenarioJobRules } from './rules/scenario-job';
import { scenarioKeyRules } from './rules/scenario-keys';
import { servingQuantisationRules } from './rules/serving-quantisation';
import { sglangAttentionRules } from './rules/sglang-attention';
import { sglangLayoutRules } from './rules/sglang-layout';
import { sglangOptionRules } from './rules/sglang-options';
import { sglangPageRules } from './rules/sglang-pages';
import { sglangPlacementRules } from './rules/sglang-placement';
import { sglangRunnerRules } from './rules/sglang-runners';
import { simulatedBalanceRules } from './rules/simulated-balance';
import { simulatedExchangeRules } from './rules/simulated-exchange';
import { simulatedIdleRules } from './rules/simulated-idle';
import { simulatedMemoryRules } from './rules/simulated-memory';
import { suppressionRules } from './rules/suppressions';
import { torchtitanRules } from './rules/torchtitan';
import { torchtitanBatchRules } from './rules/torchtitan-batch';
import { trtllmDocumentRules } from './rules/trtllm-files';
import { trtllmLayoutRules } from './rules/trtllm-layout';
import { trtllmOptionRules } from './rules/trtllm-options';
import { verlRules } from './rules/verl';
import { vllmDataParallelRules } from './rules/vllm-data-parallel';
import { vllmEplbRules } from './rules/vllm-eplb';
import { vllmEplbConfigRules } from './rules/vllm-eplb-config';
import { vllmLayoutRules } from './rules/vllm-layout';
import { vllmOptionRules } from './rules/vllm-options';

/** Rules over the facts of one job. */
export const rules: readonly Rule[] = [
  ...megatronLayoutRules,
  ...megatronShardingRules,
  ...megatronModelRules,
  ...megatronRoutingRules,
  ...megatronOptionRules,
  ...megatronOverlapRules,
  ...megatronQuantisationRules,
  ...megatronCheckpointRules,
  ...megatronRecomputeRules,
  ...megatronGraphRules,
  ...megatronPipelineLayoutRules,
  ...megatronStageRules,
  ...megatronExpertRules,
  ...vllmEplbRules,
  ...vllmEplbConfigRules,
  ...vllmLayoutRules,
  ...vllmDataParallelRules,
  ...vllmOptionRules,
  ...sglangLayoutRules,
  ...sglangAttentionRules,
  ...sglangOptionRules,
  ...sglangPageRules,
  ...sglangPlacementRules,
  ...sglangRunnerRules,
  ...trtllmLayoutRules,
  ...trtllmOptionRules,
  ...deepspeedLayoutRules,
  ...deepspeedOptionRules,
  ...deepspeedKernelRules,
  ...torchtitanRules,
  ...torchtitanBatchRules,
  ...maxtextRules,
  ...axolotlRules,
  ...verlRules,
  ...arealRules,
  ...huggingfaceRules,
  ...huggingfaceKeyRules,
  ...huggingfaceFamilyRules,
  ...servingQuantisationRules,
  ...artefactRules,
  ...unresolvedRules,
  ...rankRules,
  ...expertRules,
  ...wordRules,
  ...scenarioJobRules,
];

/** Rules over the figures of one job. */
export const simulatedRules: readonly SimulatedRule[] = [
  ...simulatedMemoryRules,
  ...simulatedExchangeRules,
  ...simulatedBalanceRules,
  ...simulatedIdleRules,
];

/** Rules over the text of one file. */
export const documentRules: readonly DocumentRule[] = [
  ...textRules,
  ...trtllmDocumentRules,
  ...scenarioKeyRules,
  ...suppressionRules(() => allRules),
];

/** Every rule, by code: for lists, settings and pages. */
export const allRules: readonly RuleDescription[] = [...rules, ...simulatedRules, ...documentRules].sort(
  (a, b) => (a.code < b.code ? -1 : 1),
);

/** The rule of that code or name. */
export function findRule(codeOrName: string): RuleDescription | undefined {
  return allRules.find((rule) => rule.code === codeOrName.toUpperCase() || rule.name === codeOrName);
}
