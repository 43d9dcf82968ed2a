#!/bin/bash
torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --delay-wgrad-compute
# want MG032 "--delay-wgrad-compute needs --overlap-moe-expert-parallel-comm." fix="Add --overlap-moe-expert-parallel-comm"
