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
    --moe-enable-deepep
    # want MG020 "--moe-enable-deepep needs the flex dispatcher; it is alltoall." fix="Use the flex dispatcher"
    --tensor-model-parallel-size 2
    --sequence-parallel
    --expert-tensor-parallel-size 1
    --expert-model-parallel-size 8
    --pipeline-model-parallel-size 2
    --micro-batch-size 1
    --global-batch-size 64
)

torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py "${ARGS[@]}"
