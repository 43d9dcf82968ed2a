#!/bin/bash
# One command over several lines: a comment inside would end it, so the markers stand below.
torchrun --nproc_per_node 8 --nnodes 6 pretrain_gpt.py \
  --num-layers 48 --hidden-size 2048 --num-attention-heads 32 \
  --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 \
  --moe-token-dispatcher-type alltoall \
  --expert-model-parallel-size 24 \
  --bf16
# want^1 MG002 "128 experts do not divide over EP 24: use 16." fix="Set EP to 16"
# want^1 MG041 "One EP group spans 24 ranks (EP 24) and a node has 8 GPUs"
