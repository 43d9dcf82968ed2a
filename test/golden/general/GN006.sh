#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 8 --moe-ffn-hidden-size 1024 --moe-router-topk 16
# want GN006 "Top-k 16 exceeds the 8 routed experts: use at most 8." fix="Set top-k to 8"
