#!/bin/bash
# moe-scope: ignore-file MG041, megatron/etp-inherited
# not MG002
# not MG006
# not MG041
# moe-scope: ignore MG006 -- this script only evaluates
torchrun --nproc_per_node 8 --nnodes 3 pretrain_gpt.py --num-experts 128 \
  --moe-ffn-hidden-size 768 --tensor-model-parallel-size 2 --moe-token-dispatcher-type alltoall \
  --expert-model-parallel-size 24 --expert-tensor-parallel-size 1 # moe-scope: ignore MG002
