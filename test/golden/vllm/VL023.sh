#!/bin/bash
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 8 --data-parallel-rank 8 --enable-expert-parallel
# want VL023 "--data-parallel-rank 8 is none of the 8 data parallel ranks: use 0 to 7."
