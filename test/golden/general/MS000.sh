#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --data-path "/data/corpus
# want MS000 ""
