#!/bin/bash
python3 train.py --hf-checkpoint megatron/MG014/model --actor-num-nodes 1 --actor-num-gpus-per-node 8 --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-layer-freq 2
# want MG014 info "--moe-layer-freq 2 starts with layer 0, decoder_sparse_step 2 with layer 1"
