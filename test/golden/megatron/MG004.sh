#!/bin/bash
ARGS=(
    --num-layers 32
    --disable-bias-linear
    --hidden-size 2048
    --ffn-hidden-size 8192
    --num-attention-heads 16
    --num-experts 64
    --moe-router-topk 6
    --moe-ffn-hidden-size 1024
    --moe-token-dispatcher-type alltoall
    --tensor-model-parallel-size 4
    --sequence-parallel
    --expert-model-parallel-size 8
    # want MG004 "16 ranks do not divide by ETP 4 × EP 8 × PP 2 = 64. ETP is not set, so it is TP (4). To make it fit: add --expert-tensor-parallel-size 1, use EP 2 or start at least 64 ranks." fix="Add --expert-tensor-parallel-size 1"
    # want MG041 "spans 32 ranks (EP 8 × ETP 4)"
    --pipeline-model-parallel-size 2
    --micro-batch-size 1
    --global-batch-size 64
)

torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py "${ARGS[@]}"
