#!/bin/bash
# not GN018
# not GN019
# not VL023
# Words of the lists, in other letters, with dashes where they are taken, and one of a newer version: nothing to say.
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 8 --data-parallel-rank 7 --enable-expert-parallel \
  --enable-eplb --eplb-config.num_redundant_experts 0 --moe-backend deep-gemm --kv-cache-dtype fp8_e4m3 --all2all-backend deepep_v3
