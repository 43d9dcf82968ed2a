#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --moe-pad-expert-input-to-capacity
# want MG023 "needs --moe-expert-capacity-factor" fix="Add --moe-expert-capacity-factor 1.0"
