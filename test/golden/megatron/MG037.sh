#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --fp8-format e4m3 --moe-router-padding-for-fp8
# want MG037 "newer Megatron-LM calls it --moe-router-padding-for-quantization" fix="Rename it"
