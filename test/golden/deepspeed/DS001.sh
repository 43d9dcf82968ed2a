#!/bin/bash
deepspeed --num_nodes 3 --num_gpus 8 pretrain_gpt.py --deepspeed --num-layers 24 --hidden-size 1024 --num-attention-heads 16 --num-experts 64 --moe-expert-parallel-size 24
# want DS001 "EP 24 does not divide the 64 experts: use 8." fix="Set EP to 8"
