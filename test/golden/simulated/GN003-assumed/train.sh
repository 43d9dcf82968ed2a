#!/bin/bash
# not GN003
torchrun --nnodes 2 --nproc_per_node 8 pretrain_gpt.py \
  --num-layers 32 --hidden-size 4096 --num-attention-heads 32 --seq-length 4096 --vocab-size 32000 \
  --group-query-attention --num-query-groups 8 --swiglu --disable-bias-linear --bf16 \
  --num-experts 8 --moe-router-topk 2 --moe-ffn-hidden-size 14336 --ffn-hidden-size 14336 \
  --moe-token-dispatcher-type alltoall --use-distributed-optimizer \
  --expert-model-parallel-size 8 \
  --micro-batch-size 1 --global-batch-size 256
