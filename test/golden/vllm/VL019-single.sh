#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --tensor-parallel-size 8 --enable-expert-parallel --all2all-backend deepep_low_latency
# want VL019 info "has no effect at DP 1"
