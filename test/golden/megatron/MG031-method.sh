#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --bf16 --recompute-granularity full --recompute-method uniform --recompute-num-layers 1 \
  --overlap-moe-expert-parallel-comm
# want MG031 "it recomputes whole model chunks, so that neither --recompute-method nor --recompute-num-layers may be given"
