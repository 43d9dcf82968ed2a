python3 -m verl.trainer.main_ppo \
    actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B \
    actor_rollout_ref.actor.megatron.tensor_model_parallel_size=1 \
    actor_rollout_ref.actor.megatron.expert_model_parallel_size=8 \
    trainer.n_gpus_per_node=8 trainer.nnodes=2 \
    actor_rollout_ref.rollout.name=vllm \
    actor_rollout_ref.rollout.tensor_model_parallel_size=4 \
    actor_rollout_ref.rollout.pipeline_model_parallel_size=2
# want VR003 "verl starts vllm with one pipeline stage only, not with 2: use TP instead." fix="Set the PP of rollouts to 1"
