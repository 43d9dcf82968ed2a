#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --moe-router-enable-expert-bias
# want MG027 "does not work with softmax scores, the default" fix="Add --moe-router-score-function sigmoid"
