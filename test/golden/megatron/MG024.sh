#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --moe-expert-capacity-factor 1.5 --moe-router-load-balancing-type sinkhorn
# want MG024 "does not work with sinkhorn balancing" fix="Remove --moe-expert-capacity-factor"
