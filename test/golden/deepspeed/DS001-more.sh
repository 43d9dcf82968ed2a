#!/bin/bash
deepspeed --num_nodes 16 --num_gpus 8 pretrain_gpt.py --deepspeed --num-layers 24 --hidden-size 1024 --num-attention-heads 16 --num-experts 64 --moe-expert-parallel-size 128
# want DS001 "EP 128 exceeds the 64 experts: use 64." fix="Set EP to 64"
