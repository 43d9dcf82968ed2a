#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --fp8-format hybrid --fp8-recipe delayed --moe-grouped-gemm \
  --recompute-granularity selective --recompute-modules core_attn moe_act
# want MG044 "Delayed scaling of FP8 does not work with recomputed moe_act"
