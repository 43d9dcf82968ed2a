#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --moe-grouped-gemm \
  --recompute-granularity selective --recompute-modules moe \
  --fine-grained-activation-offloading --offload-modules expert_fc1 moe_act
# want MG045 "expert_fc1 and moe_act cannot be offloaded while the whole MoE layer is recomputed: drop them, or moe from --recompute-modules." fix="Remove --offload-modules"
