#!/bin/bash
#SBATCH --nodes=2
#SBATCH --gpus-per-node=8
uv run python scripts/training/run_recipe.py --recipe qwen3_30b_a3b_pretrain_config \
    model.pipeline_model_parallel_size=2 \
    model.expert_model_parallel_size=8 \
    dist.use_megatron_fsdp=true \
    ddp.megatron_fsdp_version=2
# want MG038 error "does not work with PP 2: use 1 for each, or version 1."
