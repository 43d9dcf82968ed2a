#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 4 --hidden-size 1024 --num-attention-heads 16 \
  --num-experts 8 --moe-ffn-hidden-size 512 --moe-router-topk 2 --expert-model-parallel-size 8 \
  --moe-token-dispatcher-type alltoall --moe-grouped-gemm --disable-bias-linear \
  --recompute-granularity selective --recompute-modules core_attn moe_atc
# want GN018 "--recompute-modules has no moe_atc: did you mean moe_act?" fix="Use moe_act"
