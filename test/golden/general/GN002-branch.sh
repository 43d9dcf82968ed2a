#!/bin/bash
if [ "$1" = large ]; then
    EP=16
else
    EP=8
fi
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size $EP
# want GN002 "The file does not show EP ("
