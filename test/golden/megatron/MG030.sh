#!/bin/bash
torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --recompute-modules shared_experts --moe-shared-expert-overlap
# want MG030 "does not work with recomputed shared_experts" fix="Remove --moe-shared-expert-overlap"
