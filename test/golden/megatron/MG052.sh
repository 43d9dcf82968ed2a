#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 4 --hidden-size 1024 --num-attention-heads 16 \
  --num-experts 8 --moe-ffn-hidden-size 512 --moe-router-topk 2 --expert-model-parallel-size 8 \
  --moe-token-dispatcher-type alltoall --moe-grouped-gemm --disable-bias-linear \
  --recompute-granularity selective --recompute-modules mla_up_proj --offload-modules attn_proj
# want MG052 "mla_up_proj is recomputed, but there is no --multi-latent-attention: leave it out."
# want MG052 "attn_proj in --offload-modules needs core_attn beside it: add core_attn."
