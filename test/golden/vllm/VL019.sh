#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --data-parallel-size 8 --all2all-backend deepep_low_latency
# want VL019 warning "has no effect without --enable-expert-parallel" fix="Add --enable-expert-parallel"
