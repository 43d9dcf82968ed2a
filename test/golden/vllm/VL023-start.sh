#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 16 --data-parallel-size-local 8 --headless --data-parallel-start-rank 16
# want VL023 "--data-parallel-start-rank 16 is none of the 16 data parallel ranks: use 0 to 15."
