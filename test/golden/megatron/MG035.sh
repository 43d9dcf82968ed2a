#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --use-torch-fsdp2 --expert-model-parallel-size 8
# want MG035 "--use-torch-fsdp2 does not work with EP 8"
