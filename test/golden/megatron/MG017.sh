#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --moe-router-num-groups 8 --moe-router-group-topk 4 --moe-router-topk-limited-devices 4
# want MG017 "was replaced by --moe-router-group-topk" fix="Remove --moe-router-topk-limited-devices"
