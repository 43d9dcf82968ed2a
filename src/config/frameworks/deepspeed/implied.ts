import type { Fact } from '../../fact';
import type { CommandFacts } from '../shared/command-facts';
import { ZERO_STAGES } from '../shared/zero-stages';

const SOURCE = 'deepspeedai/DeepSpeed@edaa7221: deepspeed/module_inject/auto_ep_config.py';
const INFERENCE_SOURCE = 'deepspeedai/DeepSpeed@edaa7221: deepspeed/inference/config.py';
const ZERO_SOURCE = 'deepspeedai/DeepSpeed@edaa7221: deepspeed/runtime/zero/config.py';

/** AutoEP that is switched off says a size which is not in force. */
export function withoutIdleSize(facts: readonly Fact[]): Fact[] {
  const enabled = facts.find((fact) => fact.name === 'layout.expertParallelEnabled');
  const isIdle = enabled === undefined || enabled.value === false;
  return facts.map((fact) =>
    isIdle && fact.name === 'layout.ep' ? { ...fact, name: 'deepspeed.autoepSize' } : fact,
  );
}

/** What DeepSpeed adds to a training config with AutoEP. */
export function addTrainingRules(facts: CommandFacts): void {
  facts.byDefault('layout.expertParallelEnabled', false, 'enabled', SOURCE);
  const enabled = facts.get('layout.expertParallelEnabled');
  if (enabled?.value === false) facts.derive('layout.ep', 1, enabled, enabled.key, 'AutoEP is not enabled');
  facts.byDefault('layout.ep', 1, 'autoep_size', SOURCE);
  facts.byDefault('layout.etp', 1, 'expert_tensor_parallel_size', SOURCE);
  facts.byDefault('deepspeed.zeroStage', 0, 'zero_optimization.stage', ZERO_SOURCE);
  const stage = facts.get('deepspeed.zeroStage');
  const sharding = typeof stage?.value === 'number' ? ZERO_STAGES[stage.value] : undefined;
  if (stage !== undefined && sharding !== undefined) {
    facts.derive('workload.sharding', sharding, stage, stage.key, `ZeRO stage ${String(stage.value)}`);
  }
  if (sharding !== undefined) addGradients(facts, sharding !== 'none');
}

/**
 * Without a word gradients are kept in the format that the model computes in, but for BF16 without ZeRO in FP32
 * (deepspeedai/DeepSpeed@007cca6a: deepspeed/runtime/engine.py, get_data_types).
 */
function addGradients(facts: CommandFacts, hasZero: boolean): void {
  const half = ['deepspeed.bf16', 'deepspeed.fp16'].map((name) => facts.get(name)).find(isOn);
  if (half === undefined) return;
  const isFp32 = half.name === 'deepspeed.bf16' && !hasZero;
  const rule = `DeepSpeed keeps gradients of ${half.key} in ${isFp32 ? 'FP32' : '16 bits'}`;
  facts.derive('workload.gradientDtype', isFp32 ? 'fp32' : 'bf16', half, half.key, rule);
}

const isOn = (fact: Fact | undefined): fact is Fact => fact?.value === true;

/** What DeepSpeed adds to an inference config with a `moe` section. */
export function addInferenceRules(facts: CommandFacts): void {
  facts.byDefault('layout.ep', 1, 'ep_size', INFERENCE_SOURCE);
  facts.derive('workload.mode', 'decode', undefined, 'moe', 'an inference config');
  // One number per MoE layer, or one for all of them.
  const experts = facts.get('deepspeed.moeExperts');
  const counts: readonly number[] = Array.isArray(experts?.value) ? experts.value : [];
  if (experts !== undefined && counts.length > 0 && counts.every((count) => count === counts[0])) {
    facts.derive(
      'model.routedExperts',
      counts[0]!,
      experts,
      experts.key,
      `${experts.key}: the same in every layer`,
    );
  }
}
