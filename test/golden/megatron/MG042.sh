#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --transformer-impl inference_optimized --expert-tensor-parallel-size 2 --moe-router-dtype fp32 --disable-bias-linear
# want MG042 "inference_optimized does not split experts, and ETP is 2: use 1." fix="Set ETP to 1"
