#!/bin/bash
ARGS=(
    # not MG003
    # not MG004
    # not MG005
    # not MG006
    # not MG007
    # not MG009
    # not MG011
    # not MG016
    # not MG018
    # not MG019
    # not MG020
    # not MG021
    # not MG033
    # not MG034
    # not MG039
    # not MG041
    # not GN002
    # not GN006
    # not MS000
    # not GN001
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
    --global-batch-size 64
)

torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py "${ARGS[@]}"
