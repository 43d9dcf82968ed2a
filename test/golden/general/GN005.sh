#!/bin/bash
#SBATCH --nodes=1
#SBATCH --gpus-per-node=8
vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --data-parallel-size 2 --enable-expert-parallel
# want GN005 "TP 8 × DP 2 = 16 ranks need as many GPUs, and there are 8"
