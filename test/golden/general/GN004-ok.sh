#!/bin/bash
# not GN004
torchrun --nproc_per_node 8 --nnodes 3 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 96 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 24 --expert-tensor-parallel-size 1
# want MG041 info "One EP group spans 24 ranks"
