#!/bin/bash
torchrun --nnodes 1 --nproc_per_node 8 pretrain_gpt.py \
  --num-layers 32 --hidden-size 4096 --num-attention-heads 32 --seq-length 4096 --vocab-size 32000 \
  --group-query-attention --num-query-groups 8 --swiglu --disable-bias-linear --bf16 \
  --num-experts 64 --moe-router-topk 2 --moe-ffn-hidden-size 1024 --ffn-hidden-size 1024 \
  --use-distributed-optimizer \
  --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --moe-expert-capacity-factor 1.5 \
  --micro-batch-size 1 --global-batch-size 256
