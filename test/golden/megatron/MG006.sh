#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py \
    --num-layers 32 \
    --num-experts 64 \
    --moe-ffn-hidden-size 1024 \
    --tensor-model-parallel-size 2 \
    --expert-tensor-parallel-size 1 \
    --expert-model-parallel-size 8 \
    --moe-token-dispatcher-type alltoall
# want^3 MG006 "TP 2 with experts needs --sequence-parallel" fix="Add --sequence-parallel"
