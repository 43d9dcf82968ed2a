import { entryOf } from '../../table';
import { flagOf } from '../serving/option-map';
import type { OptionSpec, OptionType, OptionUse } from '../shared/options';
import { VLLM_OPTIONS } from '../vllm/flags';
import { fieldSpecs } from './fields';

/** Where trainers keep the fields that they hand on to Megatron-Core: NeMo-RL's policy, SkyRL's. */
const SECTION = /^(?:policy\.megatron_cfg|trainer\.policy\.megatron_config)\./;
/** Sections inside it whose fields are Megatron's too. */
const INNER = /^(?:optimizer|distributed_data_parallel_config|transformer_config_kwargs|fp8_cfg)\./;
const ROLLOUT = 'policy.generation.vllm_cfg.';

const key = (type: OptionType, name: string, value?: string | number): OptionSpec => ({
  flags: [],
  name,
  type,
  ...(value === undefined ? {} : { value }),
});

/** Keys with a meaning of their own (NVIDIA-NeMo/RL@001de1ba: examples/configs/grpo_math_1B.yaml). */
const OWN: Readonly<Record<string, readonly OptionSpec[]>> = {
  'cluster.num_nodes': [key('integer', 'cluster.nodes')],
  'cluster.gpus_per_node': [key('integer', 'cluster.gpusPerNode')],
  'policy.train_global_batch_size': [key('integer', 'workload.globalBatchSize')],
  'policy.train_micro_batch_size': [key('integer', 'workload.microBatchSize')],
  'policy.max_total_sequence_length': [key('integer', 'workload.sequenceLength')],
  // nemo_rl/models/megatron/setup.py, _apply_performance_config.
  'policy.megatron_cfg.activation_checkpointing': [
    key('switch', 'megatron.recomputeGranularity', 'full'),
    key('switch', 'megatron.recomputeMethod', 'uniform'),
    key('switch', 'megatron.recomputeNumLayers', 1),
  ],
};

/** Beside vLLM's own options (NVIDIA-NeMo/RL: nemo_rl/models/generation/vllm/vllm_generation.py). */
const SAMPLING: Readonly<Record<string, readonly OptionSpec[]>> = {
  expert_parallel_size: [key('integer', 'layout.ep')],
};

/** Keys beside a policy's Megatron section, by the sections of a file that they stand in. */
export const POLICY_SECTIONS: readonly string[] = ['cluster', 'policy', 'policy.generation.vllm_cfg'];

/** `activation_checkpointing` says what is recomputed where no field of its own does. */
export function withoutImplied(uses: readonly OptionUse[]): readonly OptionUse[] {
  const isStated = uses.some(({ flag }) => /(^|\.)recompute_granularity$/.test(flag));
  return isStated ? uses.filter(({ flag }) => !/(^|\.)activation_checkpointing$/.test(flag)) : uses;
}

/** What such a key says of the job that is trained, or of the engine that it samples from. */
export function policySpecs({ flag }: OptionUse): readonly OptionSpec[] {
  const own = entryOf(OWN, flag);
  if (own !== undefined || !flag.startsWith(ROLLOUT)) return own ?? [];
  const option = flag.slice(ROLLOUT.length);
  return entryOf(SAMPLING, option) ?? VLLM_OPTIONS.get(flagOf(option)) ?? [];
}

/** What a key means where all sections stand in one command: a policy's key, or a field of Megatron-Core. */
export function overrideSpecs(use: OptionUse): readonly OptionSpec[] {
  const own = policySpecs(use);
  return own.length === 0 && isMegatronKey(use) ? fieldSpecs(fieldOf(use), use) : own;
}

/** Whether a key is of the section that is handed on to Megatron-Core. */
export const isMegatronKey = ({ flag }: OptionUse): boolean => SECTION.test(flag);

/** The field of Megatron-Core that such a key sets. */
export const fieldOf = ({ flag }: OptionUse): string => flag.replace(SECTION, '').replace(INNER, '');

/** Whether a key is of the engine that the trainer samples from. */
export const isSampling = ({ flag }: OptionUse): boolean => flag.startsWith(ROLLOUT);
