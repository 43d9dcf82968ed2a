#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 60 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 8 --num-virtual-stages-per-pipeline-rank 4 \
  --decoder-last-pipeline-num-layers 11
# want MG054 "--decoder-last-pipeline-num-layers 11 does not divide into 4 chunks: use 4 or 32, or other chunks." fix="Set --decoder-last-pipeline-num-layers to 4"
