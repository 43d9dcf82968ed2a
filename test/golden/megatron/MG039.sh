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
    --pipeline-model-parallel-size 2
    --micro-batch-size 1
    --global-batch-size 66
    # want MG039 "A global batch of 66 does not divide by DP 4: use 64 or 68." fix="Set the global batch to 68"
)

torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py "${ARGS[@]}"
