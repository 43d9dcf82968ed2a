#!/bin/bash
ARGS=(
    --data-parallel-size 8
    --enable-expert-parallel
    --eplb-config '{"num_redundant_experts":32}'
    # want VL003 "32 redundant experts need --enable-eplb" fix="Add --enable-eplb"
)
vllm serve Qwen/Qwen3-235B-A22B "${ARGS[@]}"
