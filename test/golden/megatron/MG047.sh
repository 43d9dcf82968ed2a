#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --moe-token-dispatcher-type flex --expert-model-parallel-size 8 --moe-flex-dispatcher-backend deepep \
  --moe-expert-rank-capacity-factor 1.5
# want MG047 "--moe-expert-rank-capacity-factor needs the hybridep or ncclep backend; it is deepep."
