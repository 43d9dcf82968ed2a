#!/bin/bash
# EP need not be a power of two: 256 + 32 experts over 24 ranks is a published recipe.
# not MG002
torchrun --nproc_per_node 8 --nnodes 3 pretrain_gpt.py --num-experts 288 --moe-ffn-hidden-size 768 --expert-model-parallel-size 24 --moe-token-dispatcher-type alltoall
# want MG041 "spans 24 ranks"
