python3 -m verl.trainer.main_ppo \
    actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B \
    actor_rollout_ref.actor.megatron.tensor_model_parallel_size=1 \
    actor_rollout_ref.actor.megatron.expert_model_parallel_size=8 \
    trainer.n_gpus_per_node=8 trainer.nnodes=2 \
    actor_rollout_ref.rollout.name=vllm \
    actor_rollout_ref.rollout.tensor_model_parallel_size=3
# want VR001 "Rollout engines of TP 3 GPUs do not divide 16 GPUs in nodes of 8: use TP 2 or 4." fix="Set the TP of rollouts to 4"
# want VL009 "32 attention heads do not divide by TP 3"
