#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 61 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 8 --decoder-first-pipeline-num-layers 7 \
  --decoder-last-pipeline-num-layers 5
# want MG049 "--decoder-first-pipeline-num-layers 7 and --decoder-last-pipeline-num-layers 5 leave 49 layers for 6 other stages" fix="Set --decoder-last-pipeline-num-layers to 6"
