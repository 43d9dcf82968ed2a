#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 62 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 6 \
  --num-virtual-stages-per-pipeline-rank 3
# want MG054 "The other stages have 8 layers each, which do not divide into 3 chunks"
