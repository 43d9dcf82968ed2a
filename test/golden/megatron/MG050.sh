#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 14 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 2 \
  --pipeline-model-parallel-layout "Et*7|t*6mL"
# want MG050 "The layout does not fit: it holds 13 layers (t), and the model has 14."
# want MG050 "The layout does not fit: it holds 1 MTP layer (m), and the model has 0."
