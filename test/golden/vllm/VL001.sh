#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B \
  --data-parallel-size 8 \
  --enable-eplb \
  --max-model-len 8192
# want^1 VL001 "EPLB needs --enable-expert-parallel" fix="Add --enable-expert-parallel"
