#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 61 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 5 \
  --account-for-embedding-in-pipeline-split
# want MG049 "--account-for-embedding-in-pipeline-split and --decoder-last-pipeline-num-layers both part the layers: keep one of them."
