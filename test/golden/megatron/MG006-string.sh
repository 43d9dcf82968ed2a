#!/bin/bash
OPTIONS="--num-experts 64 --moe-ffn-hidden-size 1024 --tensor-model-parallel-size 2 --expert-tensor-parallel-size 1"
# want MG006 "TP 2 with experts" fix="Add --sequence-parallel"
torchrun --nproc_per_node 8 pretrain_gpt.py $OPTIONS --bf16
