#!/bin/bash
#SBATCH --nodes=1 --gpus-per-node=8
vllm serve Qwen/Qwen3-30B-A3B --tensor-parallel-size 4 --enable-expert-parallel
# want^0 GN012 info "4 ranks of 8 GPUs: 4 stay idle"
