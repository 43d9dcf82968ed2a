#!/bin/bash
# not VL001
# not VL002
# not VL003
# not VL004
# not VL007
# not VL009
# not VL011
# not VL012
# not VL013
# not VL015
# not VL019
vllm serve Qwen/Qwen3-235B-A22B \
  --tensor-parallel-size 1 \
  --data-parallel-size 16 \
  --data-parallel-size-local 8 \
  --enable-expert-parallel \
  --enable-eplb \
  --eplb-config '{"window_size":1000,"num_redundant_experts":32}' \
  --all2all-backend deepep_low_latency
