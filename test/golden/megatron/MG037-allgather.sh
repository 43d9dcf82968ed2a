#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --fp8-format e4m3 --moe-token-dispatcher-type allgather --moe-router-padding-for-quantization
# want MG037 "does not work with the allgather dispatcher: use alltoall." fix="Set the dispatcher to alltoall"
