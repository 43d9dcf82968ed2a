#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --tensor-parallel-size 4 --data-parallel-size 4 --nnodes 3
# want VL026 "TP 4 × DP 4 = 16 ranks do not divide over 3 nodes: use 2 or 4." fix="Set the nodes to 2"
