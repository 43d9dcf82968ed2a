#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 8 --data-parallel-size-local 1 --data-parallel-start-rank 3 --data-parallel-hybrid-lb
# want VL025 "--data-parallel-hybrid-lb becomes external load balancing: the node has one rank."
