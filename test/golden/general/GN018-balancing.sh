#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 8 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 4 --moe-router-load-balancing-type aux_los
# want GN018 "--moe-router-load-balancing-type has no aux_los: did you mean aux_loss?" fix="Use aux_loss"
