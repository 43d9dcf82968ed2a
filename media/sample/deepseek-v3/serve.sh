#!/usr/bin/env bash
# Serve the model of config.json with wide expert parallelism: 32 engines, attention data parallel.
set -euo pipefail

MODEL_DIR=.

vllm serve "$MODEL_DIR" \
    --tensor-parallel-size 1 \
    --data-parallel-size ${DP_SIZE:-32} \
    --data-parallel-size-local 8 \
    --enable-expert-parallel \
    --all2all-backend deepep_low_latency \
    --enable-eplb \
    --eplb-config '{"window_size": 1000, "step_interval": 3000, "num_redundant_experts": 32}' \
    --max-model-len 16384 \
    --max-num-seqs 128 \
    --port 8000
