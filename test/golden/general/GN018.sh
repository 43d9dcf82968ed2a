#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 8 --moe-ffn-hidden-size 1024 --expert-model-parallel-size 4 --moe-token-dispatcher-type altoall
# want GN018 "--moe-token-dispatcher-type has no altoall: did you mean alltoall?" fix="Use alltoall"
