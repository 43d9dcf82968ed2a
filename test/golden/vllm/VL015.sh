#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B \
  --data-parallel-size 8 \
  --enable-expert-parallel \
  --enable-eplb \
  --num-redundant-experts 32
# want VL015 "from 0.12 on has no --num-redundant-experts" fix="Move it into --eplb-config"
