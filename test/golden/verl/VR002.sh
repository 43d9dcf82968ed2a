python3 -m verl.trainer.main_ppo \
    actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B \
    actor_rollout_ref.actor.megatron.tensor_model_parallel_size=1 \
    actor_rollout_ref.actor.megatron.expert_model_parallel_size=8 \
    trainer.n_gpus_per_node=8 trainer.nnodes=2 \
    actor_rollout_ref.rollout.name=sglang \
    actor_rollout_ref.rollout.tensor_model_parallel_size=4 \
    actor_rollout_ref.rollout.expert_parallel_size=8
# want VR002 "The EP of rollouts is 8, but must be TP 4: set it to 4." fix="Set the EP of rollouts to 4"
