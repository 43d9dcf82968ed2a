#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 14 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 2 --mtp-num-layers 1 \
  --pipeline-model-parallel-layout "t*7|t*7|E"
# want MG050 "The layout does not fit: it has to start with E, and hold it once."
# want MG050 "The layout does not fit: it has to end with L."
# want MG050 "The layout does not fit: its 3 stages do not divide by PP 2."
# want MG050 "The layout does not fit: it holds 0 MTP layers (m), and the model has 1."
