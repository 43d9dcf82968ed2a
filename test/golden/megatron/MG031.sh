#!/bin/bash
torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --pipeline-model-parallel-size 2 --overlap-moe-expert-parallel-comm
# want MG031 "does not work here: PP is 2 without a virtual pipeline." fix="Remove --overlap-moe-expert-parallel-comm"
