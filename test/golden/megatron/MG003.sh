#!/bin/bash
ARGS=(
    --num-layers 32
    --hidden-size 2048
    --ffn-hidden-size 8192
    --num-attention-heads 16
    --num-experts 64
    --moe-router-topk 6
    --moe-ffn-hidden-size 1024
    --moe-token-dispatcher-type alltoall
    --tensor-model-parallel-size 2
    --sequence-parallel
    --expert-tensor-parallel-size 1
    --expert-model-parallel-size 8
    # want MG004 "16 ranks do not divide by EP 8 × PP 3 = 24."
    --pipeline-model-parallel-size 3
    # want MG003 "16 ranks do not divide by TP 2 × PP 3 = 6: start 12 or 18 ranks"
    # want MG011 "32 layers do not divide by PP 3: use PP 2, or add --decoder-last-pipeline-num-layers 10." fix="Set PP to 2"
    --micro-batch-size 1
    --global-batch-size 64
)

torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py "${ARGS[@]}"
