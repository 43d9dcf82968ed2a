#!/bin/bash
# not MG051
# not MG052
# not MG053
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 4 --hidden-size 1024 --num-attention-heads 16 \
  --num-experts 8 --moe-ffn-hidden-size 512 --moe-router-topk 2 --expert-model-parallel-size 8 \
  --moe-token-dispatcher-type alltoall --moe-grouped-gemm --disable-bias-linear \
  --multi-latent-attention --cuda-graph-impl full_iteration --recompute-granularity full --recompute-method uniform --recompute-num-layers 1
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 4 --hidden-size 1024 --num-attention-heads 16 \
  --num-experts 8 --moe-ffn-hidden-size 512 --moe-router-topk 2 --expert-model-parallel-size 8 \
  --moe-token-dispatcher-type alltoall --moe-grouped-gemm --disable-bias-linear \
  --multi-latent-attention --fp4-format e2m1 --cuda-graph-impl transformer_engine --cuda-graph-modules attn \
  --recompute-granularity selective --recompute-modules mla_up_proj --offload-modules core_attn attn_proj
