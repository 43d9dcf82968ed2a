#!/bin/bash
export CUDA_DEVICE_MAX_CONNECTIONS=8
torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --tensor-model-parallel-size 2 --sequence-parallel --expert-tensor-parallel-size 1
# want^1 MG036 "CUDA_DEVICE_MAX_CONNECTIONS is 8: with TP 2 it must be 1 on GPUs before Blackwell." fix="Set CUDA_DEVICE_MAX_CONNECTIONS to 1"
