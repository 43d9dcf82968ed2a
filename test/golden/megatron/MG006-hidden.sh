#!/bin/bash
# The flag may be in what the caller hands over, so nothing is said about its absence.
# not MG006
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 \
  --tensor-model-parallel-size 2 --expert-tensor-parallel-size 1 $EXTRA_ARGS "$@"
