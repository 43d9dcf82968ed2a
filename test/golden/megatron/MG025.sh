#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --moe-router-load-balancing-type sinkhorn --moe-aux-loss-coeff 0.01
# want MG025 "needs an auxiliary loss coefficient of 0, not 0.01" fix="Set the coefficient to 0"
