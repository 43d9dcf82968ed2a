#!/bin/bash
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 8 --data-parallel-rank 3 --data-parallel-size-local 2 --enable-expert-parallel
# want VL023 "A server with --data-parallel-rank is one data parallel rank, not 2: set --data-parallel-size-local to 1 or leave it out." fix="Remove --data-parallel-size-local"
