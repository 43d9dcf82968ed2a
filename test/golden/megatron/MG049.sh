#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 61 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 8 \
  --decoder-last-pipeline-num-layers 6
# want MG049 "--decoder-last-pipeline-num-layers 6 leaves 55 layers for 7 other stages, over which they do not divide: use --decoder-last-pipeline-num-layers 5 or 12." fix="Set --decoder-last-pipeline-num-layers to 5"
