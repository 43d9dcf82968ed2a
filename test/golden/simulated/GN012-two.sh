#!/bin/bash
#SBATCH --nodes=1 --gpus-per-node=8
# not GN012
vllm serve Qwen/Qwen3-30B-A3B --tensor-parallel-size 4 --enable-expert-parallel --port 8000 &
vllm serve Qwen/Qwen3-30B-A3B --tensor-parallel-size 4 --enable-expert-parallel --port 8001
