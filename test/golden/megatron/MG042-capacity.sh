#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --transformer-impl inference_optimized --moe-router-dtype fp32 --moe-expert-capacity-factor 1.0
# want MG042 "inference_optimized drops no tokens" fix="Remove --moe-expert-capacity-factor"
