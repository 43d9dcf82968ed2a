#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 8 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 4 --moe-expert-capacity-factor 1.0 --moe-token-drop-policy postion
# want GN018 "--moe-token-drop-policy has no postion: did you mean position?" fix="Use position"
