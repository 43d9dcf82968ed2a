#!/bin/bash
deepspeed --num_nodes 2 --num_gpus 8 pretrain_gpt.py --deepspeed --num-layers 24 --hidden-size 1024 --num-attention-heads 16 --tensor-model-parallel-size 4 --num-experts 64 --moe-expert-parallel-size 8
# want DS002 "EP 8 does not divide the 4 ranks (16 GPUs / (TP 4)): use 4." fix="Set EP to 4"
