python3 -m verl.trainer.main_ppo \
    actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B \
    actor_rollout_ref.actor.megatron.tensor_model_parallel_size=1 \
    actor_rollout_ref.actor.megatron.expert_model_parallel_size=8 \
    trainer.n_gpus_per_node=8 trainer.nnodes=2 \
    actor_rollout_ref.rollout.name=sglang \
    actor_rollout_ref.rollout.tensor_model_parallel_size=4 \
    +actor_rollout_ref.rollout.engine_kwargs.sglang.attention_backend=flashinffer
# want GN018 "actor_rollout_ref.rollout.engine_kwargs.sglang.attention_backend has no flashinffer: did you mean flashinfer?" fix="Use flashinfer"
