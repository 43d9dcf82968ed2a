#!/bin/bash
# not DS001
# not DS002
deepspeed --num_nodes 3 --num_gpus 8 pretrain_gpt.py --deepspeed --num-layers 24 --hidden-size 1024 --num-attention-heads 16 --num-experts 96 --moe-expert-parallel-size 24
