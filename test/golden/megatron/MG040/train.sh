#!/bin/bash
python3 train.py --hf-checkpoint megatron/MG040/model --actor-num-nodes 1 --actor-num-gpus-per-node 8 --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 64 --moe-router-topk 8 --moe-ffn-hidden-size 768
# want MG040 "--num-experts is 64, and the checkpoint has 128." fix="Set the experts to 128"
