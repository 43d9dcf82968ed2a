#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --tensor-model-parallel-size 2 --sequence-parallel
# want MG028 "over ETP 2 (ETP is not set, so it is TP)" fix="Add --disable-bias-linear"
