#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --tensor-model-parallel-size 2 --sequence-parallel --expert-tensor-parallel-size 2
# want MG028 "Experts with biases cannot be split over ETP 2: add --disable-bias-linear, or set ETP to 1." fix="Set ETP to 1"
