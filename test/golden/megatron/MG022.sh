#!/bin/bash
torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --moe-flex-dispatcher-backend ncclep
# want MG022 "The ncclep backend needs --moe-token-dispatcher-type flex; it is alltoall." fix="Set the dispatcher to flex"
