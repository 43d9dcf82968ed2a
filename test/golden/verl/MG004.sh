TP=4
python3 -m verl.trainer.main_ppo \
    actor_rollout_ref.model.path=Qwen/Qwen3-30B-A3B \
    actor_rollout_ref.actor.megatron.tensor_model_parallel_size=${TP} \
    actor_rollout_ref.actor.megatron.expert_model_parallel_size=8 \
    actor_rollout_ref.rollout.tensor_model_parallel_size=8 \
    actor_rollout_ref.rollout.data_parallel_size=3 \
    trainer.n_gpus_per_node=8 \
    trainer.nnodes=1
# want^4 MG004 "8 ranks do not divide by ETP 4 × EP 8 = 32. ETP is not set, so it is TP (4). To make it fit: add actor_rollout_ref.actor.megatron.expert_tensor_parallel_size=1, use EP 2 or start at least 32 ranks." fix="Add actor_rollout_ref.actor.megatron.expert_tensor_parallel_size=1"
# want^4 MG041 "spans 32 ranks (EP 8 × ETP 4)"
# want^3 VR001 "Rollout engines of TP 8 × DP 3 = 24 GPUs do not divide 8 GPUs in nodes of 8: use fewer GPUs per engine."
