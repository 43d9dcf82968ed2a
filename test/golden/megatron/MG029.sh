#!/bin/bash
torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --recompute-granularity selective --recompute-modules moe_act layernorm
# want MG029 "Recomputing moe_act needs --moe-grouped-gemm." fix="Add --moe-grouped-gemm"
