#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --expert-model-parallel-size 8 --moe-token-dispatcher-type alltoall --recompute-granularity selective --recompute-modules layernorm \
  --cpu-offloading-num-layers 4
# want MG057 "--cpu-offloading-num-layers does not work with --recompute-granularity selective." fix="Remove --cpu-offloading-num-layers"
