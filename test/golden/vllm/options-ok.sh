#!/bin/bash
# not VL005
# not VL008
# not VL010
# not VL020
vllm serve Qwen/Qwen3-235B-A22B --tensor-parallel-size 4 --data-parallel-size 4 --enable-expert-parallel --enable-eplb \
  --eplb-config '{"num_redundant_experts":32}' --enable-dbo --all2all-backend deepep_low_latency \
  --decode-context-parallel-size 2 --enable-elastic-ep
