#!/bin/bash
# not MG014
# not MG040
python3 train.py --hf-checkpoint megatron/checkpoint-ok/model --actor-num-nodes 1 --actor-num-gpus-per-node 8 --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-layer-freq '[0,1]*24'
