#!/bin/bash
#SBATCH --nodes=1
#SBATCH --gpus-per-node=8
EP=${EP:-6}
CLI_OVERRIDES="\
    model.tensor_model_parallel_size=2 \
    model.expert_model_parallel_size=$EP"
uv run python scripts/training/run_recipe.py --recipe qwen3_30b_a3b_pretrain_config $CLI_OVERRIDES
# want^1 MG002 warning "128 experts do not divide over EP 6: use 4 or 8." fix="Set EP to 8"
