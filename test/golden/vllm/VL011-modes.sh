#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 8 --data-parallel-rank 2 --data-parallel-start-rank 2
# want VL011 "keep --data-parallel-rank or --data-parallel-start-rank." fix="Remove --data-parallel-start-rank"
