#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 62 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 6 \
  --num-layers-per-virtual-pipeline-stage 2
# want MG054 "--num-layers-per-virtual-pipeline-stage is for equal stages: beside --decoder-last-pipeline-num-layers say the chunks of a stage with --num-virtual-stages-per-pipeline-rank."
