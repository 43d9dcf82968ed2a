#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --expert-model-parallel-size 8 --moe-token-dispatcher-type alltoall --moe-shared-expert-intermediate-size 768 --moe-latent-size 1024 \
  --moe-shared-expert-overlap
# want MG056 "--moe-shared-expert-overlap does not work with --moe-latent-size: remove it." fix="Remove --moe-shared-expert-overlap"
