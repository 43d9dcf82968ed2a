#!/bin/bash
ARGS=(
    --num-layers 32
    --hidden-size 2048
    --ffn-hidden-size 8192
    --num-attention-heads 16
    --moe-ffn-hidden-size 1024
    # want MG033 "--moe-ffn-hidden-size is given without --num-experts"
    --micro-batch-size 1
    --global-batch-size 64
)

torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py "${ARGS[@]}"
