#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 4 --hidden-size 1024 --num-attention-heads 16 \
  --num-experts 8 --moe-ffn-hidden-size 512 --moe-router-topk 2 --expert-model-parallel-size 8 \
  --moe-token-dispatcher-type flex --moe-grouped-gemm --disable-bias-linear \
  --moe-enable-deepep --moe-flex-dispatcher-backend hybridep
# want MG020 "--moe-enable-deepep and the hybridep backend exclude each other: keep one of them." fix="Remove --moe-enable-deepep"
# want MG021 "is deprecated"
