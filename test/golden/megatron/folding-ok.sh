#!/bin/bash
# Parallel folding: EP 16 is larger than DP 4.
# not MG003
# not MG004
torchrun --nproc_per_node 16 pretrain_gpt.py \
  --num-layers 32 --num-attention-heads 16 --num-experts 64 --moe-ffn-hidden-size 1024 \
  --tensor-model-parallel-size 4 --expert-tensor-parallel-size 1 --sequence-parallel \
  --expert-model-parallel-size 16 --moe-token-dispatcher-type alltoall
