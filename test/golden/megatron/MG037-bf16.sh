#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --moe-router-padding-for-quantization
# want MG037 "is for FP8 and FP4: add --fp8-format, or drop it." fix="Remove --moe-router-padding-for-quantization"
