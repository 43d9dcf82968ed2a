#!/bin/bash
ARGS=(
    --num-layers 32
    --hidden-size 2048
    --ffn-hidden-size 8192
    --num-attention-heads 16
    --num-experts 60
    --moe-router-num-groups 8
    # want MG016 "60 experts do not divide into 8 groups: use 6 or 10." fix="Set the groups to 10"
    --moe-router-group-topk 4
    --moe-router-topk 6
    --moe-ffn-hidden-size 1024
    --moe-token-dispatcher-type alltoall
    --tensor-model-parallel-size 2
    --sequence-parallel
    --expert-tensor-parallel-size 1
    --expert-model-parallel-size 4
    --pipeline-model-parallel-size 2
    --micro-batch-size 1
    --global-batch-size 64
)

torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py "${ARGS[@]}"
