#!/bin/bash
ARGS=(
    --num-layers 32
    --hidden-size 2048
    --ffn-hidden-size 8192
    --num-attention-heads 16
    --pipeline-model-parallel-size 2
    --expert-model-parallel-size 8
    # want MG001 "EP is 8, but --num-experts is not set"
    --micro-batch-size 1
    --global-batch-size 64
)

torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py "${ARGS[@]}"
