#!/bin/bash
#SBATCH --nodes=2
#SBATCH --gpus-per-node=8
# Experts may lie on several ranks; version 1, and a recipe whose sizes are not here, are fine as well.
uv run python scripts/training/run_recipe.py --recipe qwen3_30b_a3b_pretrain_config \
    model.tensor_model_parallel_size=1 \
    model.pipeline_model_parallel_size=1 \
    model.expert_model_parallel_size=8 \
    ddp.use_megatron_fsdp=true \
    ddp.megatron_fsdp_version=2
uv run python scripts/training/run_recipe.py --recipe qwen3_30b_a3b_pretrain_config \
    model.pipeline_model_parallel_size=2 \
    model.expert_model_parallel_size=8 \
    ddp.use_megatron_fsdp=true \
    ddp.megatron_fsdp_version=1
uv run python scripts/training/run_recipe.py --recipe qwen3_30b_a3b_pretrain_config \
    model.expert_model_parallel_size=8 \
    ddp.use_megatron_fsdp=false \
    ddp.megatron_fsdp_version=2
# not MG038
