#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --expert-model-parallel-size 8 --moe-token-dispatcher-type alltoall \
  --cpu-offloading-num-layers 48
# want MG057 "--cpu-offloading-num-layers 48 leaves none of the 48 layers on the GPU: use at most 47." fix="Remove --cpu-offloading-num-layers"
