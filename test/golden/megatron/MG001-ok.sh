#!/bin/bash
ARGS=(
    # not MG001
    --num-layers 32
    --hidden-size 2048
    --ffn-hidden-size 8192
    --num-attention-heads 16
    --expert-model-parallel-size 1
    --micro-batch-size 1
    --global-batch-size 64
)

torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py "${ARGS[@]}"
