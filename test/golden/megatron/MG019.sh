#!/bin/bash
ARGS=(
    --num-layers 32
    --hidden-size 2048
    --ffn-hidden-size 8192
    --num-attention-heads 16
    --num-experts 64
    --moe-router-topk 6
    --moe-ffn-hidden-size 1024
    --tensor-model-parallel-size 2
    --sequence-parallel
    --expert-tensor-parallel-size 1
    --expert-model-parallel-size 8
    # want MG019 "With EP 8 and no --moe-token-dispatcher-type every token goes to each of the 8 ranks" fix="Add --moe-token-dispatcher-type alltoall"
    --pipeline-model-parallel-size 2
    --micro-batch-size 1
    --global-batch-size 64
)

torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py "${ARGS[@]}"
