#!/bin/bash
# not VL011
# not VL023
# not VL025
# not VL026
# not VL027
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 16 --data-parallel-size-local 8 --data-parallel-start-rank 8 --data-parallel-hybrid-lb
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 16 --data-parallel-size-local 8 --data-parallel-start-rank 8 --headless
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 16 --data-parallel-rank 15
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 16 --data-parallel-multi-port-external-lb --data-parallel-start-rank 8 --data-parallel-size-local 8
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 16 --nnodes 2 --node-rank 1 --data-parallel-hybrid-lb
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 16 --data-parallel-hybrid-lb "$@"
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --tensor-parallel-size 16 --nnodes 2 --headless
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 8 --enable-eplb --eplb-config '{"window_size":1000,"step_interval":3000}'
