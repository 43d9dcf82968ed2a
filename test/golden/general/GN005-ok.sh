#!/bin/bash
#SBATCH --nodes=2
#SBATCH --gpus-per-node=8
# not GN005
vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --data-parallel-size 2 --enable-expert-parallel
