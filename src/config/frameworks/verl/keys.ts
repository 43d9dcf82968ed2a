import { SGLANG_OPTIONS } from '../sglang/flags';
import type { OptionSpec, OptionType } from '../shared/options';
import { VLLM_OPTIONS } from '../vllm/flags';

/** Workers whose Megatron engine a job lays out on its own; the actor is the one that is trained. */
export const ROLES = ['actor', 'critic', 'ref', 'rollout', 'trainer'] as const;
export type Role = (typeof ROLES)[number];

/** Where each role's Megatron-Core fields stand (verl-project/verl@b178a3cd: verl/trainer/config/engine/megatron.yaml). */
export const MEGATRON_SECTIONS: readonly { readonly role: Role; readonly section: string }[] = [
  { role: 'actor', section: 'actor_rollout_ref.actor.megatron.override_transformer_config.' },
  { role: 'actor', section: 'actor_rollout_ref.actor.megatron.' },
  { role: 'actor', section: 'actor_rollout_ref.actor.optim.override_optimizer_config.' },
  { role: 'ref', section: 'actor_rollout_ref.ref.megatron.override_transformer_config.' },
  { role: 'ref', section: 'actor_rollout_ref.ref.megatron.' },
  { role: 'critic', section: 'critic.megatron.override_transformer_config.' },
  { role: 'critic', section: 'critic.megatron.' },
  { role: 'critic', section: 'critic.optim.override_optimizer_config.' },
];

const key = (role: Role, type: OptionType, name: string, flag: string) => ({
  role,
  spec: { flags: [flag], name, type } satisfies OptionSpec,
});

/** Keys with a meaning of their own. */
export const OWN_KEYS: readonly { readonly role: Role; readonly spec: OptionSpec }[] = [
  key('actor', 'integer', 'workload.microBatchSize', 'actor_rollout_ref.actor.ppo_micro_batch_size_per_gpu'),
  key('actor', 'integer', 'verl.miniBatchSize', 'actor_rollout_ref.actor.ppo_mini_batch_size'),
  key('actor', 'string', 'verl.useDynamicBatch', 'actor_rollout_ref.actor.use_dynamic_bsz'),
  key('actor', 'integer', 'verl.maxTokensPerGpu', 'actor_rollout_ref.actor.ppo_max_token_len_per_gpu'),
  key('actor', 'integer', 'verl.trainBatchSize', 'data.train_batch_size'),
  key('actor', 'integer', 'verl.maxPromptLength', 'data.max_prompt_length'),
  key('actor', 'integer', 'verl.maxResponseLength', 'data.max_response_length'),
  key('actor', 'integer', 'verl.responsesPerPrompt', 'actor_rollout_ref.rollout.n'),
  key(
    'actor',
    'string',
    'verl.gradientCheckpointing',
    'actor_rollout_ref.model.enable_gradient_checkpointing',
  ),
  key('actor', 'string', 'verl.strategy', 'actor_rollout_ref.actor.strategy'),
  key('actor', 'integer', 'verl.fsdpSize', 'actor_rollout_ref.actor.fsdp_config.fsdp_size'),
  key('actor', 'integer', 'verl.loraRank', 'actor_rollout_ref.model.lora_rank'),
  key('actor', 'string', 'verl.targetModules', 'actor_rollout_ref.model.target_modules'),
  key('actor', 'string', 'verl.offloadPolicy', 'actor_rollout_ref.actor.fsdp_config.offload_policy'),
  key('actor', 'string', 'verl.modelDtype', 'actor_rollout_ref.actor.fsdp_config.model_dtype'),
  key(
    'actor',
    'integer',
    'verl.ulyssesSequenceParallelSize',
    'actor_rollout_ref.actor.ulysses_sequence_parallel_size',
  ),
  key('rollout', 'integer', 'layout.tp', 'actor_rollout_ref.rollout.tensor_model_parallel_size'),
  key('rollout', 'integer', 'layout.pp', 'actor_rollout_ref.rollout.pipeline_model_parallel_size'),
  key('rollout', 'integer', 'layout.dp', 'actor_rollout_ref.rollout.data_parallel_size'),
  key('rollout', 'integer', 'layout.ep', 'actor_rollout_ref.rollout.expert_parallel_size'),
  key('rollout', 'string', 'workload.engine', 'actor_rollout_ref.rollout.name'),
  // What either engine is started with (verl/trainer/config/rollout/rollout.yaml).
  key('rollout', 'number', 'workload.memoryFraction', 'actor_rollout_ref.rollout.gpu_memory_utilization'),
  key('rollout', 'integer', 'workload.contextLength', 'actor_rollout_ref.rollout.max_model_len'),
  key('rollout', 'integer', 'workload.concurrency', 'actor_rollout_ref.rollout.max_num_seqs'),
  key('trainer', 'integer', 'cluster.nodes', 'trainer.nnodes'),
  key('trainer', 'integer', 'cluster.gpusPerNode', 'trainer.n_gpus_per_node'),
];

/**
 * Trainers beside Megatron whose sizes stand in sections of their own: VeOmni and NeMo Automodel shard with FSDP over all
 * ranks, torchtitan over its data parallel ones (verl-project/verl@000a230d, 07554c98, 093191fa:
 * verl/trainer/config/engine/{veomni,automodel,torchtitan}.yaml).
 */
const ENGINE_FIELDS: readonly (readonly [engine: string, field: string, type: OptionType, name: string])[] = [
  ['veomni', 'expert_parallel_size', 'integer', 'layout.ep'],
  ['veomni', 'ulysses_parallel_size', 'integer', 'verl.ulyssesSequenceParallelSize'],
  ['veomni', 'enable_full_shard', 'string', 'verl.fullShard'],
  ['automodel', 'ep_size', 'integer', 'layout.ep'],
  ['automodel', 'tp_size', 'integer', 'layout.tp'],
  ['automodel', 'pp_size', 'integer', 'layout.pp'],
  ['automodel', 'cp_size', 'integer', 'layout.cp'],
  ['automodel', 'distributed_strategy', 'string', 'verl.distributedStrategy'],
  ['automodel', 'activation_checkpointing', 'string', 'verl.activationCheckpointing'],
  ['automodel', 'backend_config.dispatcher', 'string', 'communication.backend'],
  ['torchtitan', 'expert_parallel_size', 'integer', 'layout.ep'],
  ['torchtitan', 'tensor_parallel_size', 'integer', 'layout.tp'],
  ['torchtitan', 'pipeline_parallel_size', 'integer', 'layout.pp'],
  ['torchtitan', 'context_parallel_size', 'integer', 'layout.cp'],
  ['torchtitan', 'data_parallel_shard_size', 'integer', 'verl.dataParallelShardSize'],
  ['torchtitan', 'activation_checkpoint', 'string', 'verl.activationCheckpoint'],
];

/** The engine of a section: `actor.veomni`, `actor.automodel_config`. */
export const OTHER_ENGINES: readonly string[] = ['veomni', 'automodel', 'torchtitan'];
const SECTIONS_OF_ENGINES: readonly { readonly role: Role; readonly section: string }[] = [
  { role: 'actor', section: 'actor_rollout_ref.actor.' },
  { role: 'ref', section: 'actor_rollout_ref.ref.' },
  { role: 'critic', section: 'critic.' },
];

/** Keys of those sections, each in both spellings of the section. */
export const ENGINE_KEYS: readonly { readonly role: Role; readonly spec: OptionSpec }[] =
  SECTIONS_OF_ENGINES.flatMap(({ role, section }) =>
    ENGINE_FIELDS.map(([engine, field, type, name]) => ({
      role,
      spec: { flags: [`${section}${engine}.${field}`, `${section}${engine}_config.${field}`], name, type },
    })),
  );

/** Options of the rollout's engine, by their names on its command line (verl/trainer/config/rollout/rollout.yaml). */
export const ENGINE_SECTIONS: readonly {
  readonly section: string;
  readonly options: ReadonlyMap<string, readonly OptionSpec[]>;
}[] = [
  { section: 'actor_rollout_ref.rollout.engine_kwargs.vllm.', options: VLLM_OPTIONS },
  { section: 'actor_rollout_ref.rollout.engine_kwargs.sglang.', options: SGLANG_OPTIONS },
];

/** Trainers that shard parameters over data parallel ranks and split nothing else. */
export const FSDP_STRATEGIES: ReadonlySet<string> = new Set(['fsdp', 'fsdp2']);

export const MODEL_KEY = 'actor_rollout_ref.model.path';

const SOURCE = 'verl-project/verl@b178a3cd: verl/trainer/config/engine/megatron.yaml';

/** Where verl's defaults differ from Megatron-LM's; ETP follows TP in both. */
export const ACTOR_DEFAULTS = [
  { name: 'layout.sequenceParallel', key: 'sequence_parallel', value: true },
  { name: 'megatron.useDistributedOptimizer', key: 'use_distributed_optimizer', value: true },
  { name: 'communication.backend', key: 'moe_token_dispatcher_type', value: 'alltoall' },
  { name: 'megatron.moeTokenDispatcherType', key: 'moe_token_dispatcher_type', value: 'alltoall' },
].map((entry) => ({ ...entry, key: `actor_rollout_ref.actor.megatron.${entry.key}`, origin: SOURCE }));

/** What is on where nothing is said. */
export const ON_BY_DEFAULT: ReadonlySet<string> = new Set(
  ACTOR_DEFAULTS.flatMap(({ name, value }) => (value === true ? name : [])),
);
