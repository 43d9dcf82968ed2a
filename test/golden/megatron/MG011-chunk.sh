#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 32 --hidden-size 2048 --num-attention-heads 16 --num-experts 8 --moe-ffn-hidden-size 1024 --moe-router-topk 2 --pipeline-model-parallel-size 4 --num-layers-per-virtual-pipeline-stage 3
# want MG011 "8 layers of a pipeline stage do not divide into model chunks of 3: use 2 or 4." fix="Set the layers of a chunk to 2"
