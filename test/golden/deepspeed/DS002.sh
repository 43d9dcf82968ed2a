#!/bin/bash
deepspeed --num_nodes 1 --num_gpus 8 pretrain_gpt.py --deepspeed --num-layers 24 --hidden-size 1024 --num-attention-heads 16 --num-experts 64 --moe-expert-parallel-size 16
# want DS002 "EP 16 does not divide the 8 ranks (8 GPUs): use 8." fix="Set EP to 8"
