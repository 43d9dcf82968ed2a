#!/bin/bash
EP=24
NUM_EXPERTS=128

MOE_ARGS=(
    --num-experts $NUM_EXPERTS
    --moe-router-topk 8
    --moe-ffn-hidden-size 768
    --moe-token-dispatcher-type alltoall
    --expert-model-parallel-size ${EP}
    # want MG002 "128 experts do not divide over EP 24" fix="Set EP to 32"
)

torchrun --nproc_per_node 8 --nnodes 12 pretrain_gpt.py \
    --num-layers 48 --hidden-size 2048 --num-attention-heads 32 \
    ${MOE_ARGS[@]}
# want^6 MG041 "spans 24 ranks"
