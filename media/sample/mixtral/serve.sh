#!/usr/bin/env bash
# Serve Mixtral by its Hub id on one node. Load balancing is on, expert parallelism is not.
set -euo pipefail

vllm serve mistralai/Mixtral-8x7B-Instruct-v0.1 \
    --tensor-parallel-size 8 \
    --enable-eplb \
    --max-model-len 32768 \
    --max-num-seqs 256
