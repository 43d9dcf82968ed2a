#!/bin/bash
# not MG017
# not MG023
# not MG024
# not MG025
# not MG027
# not MG028
# not MG035
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --moe-router-num-groups 8 --moe-router-group-topk 4 --disable-bias-linear \
  --moe-expert-capacity-factor 1.0 --moe-pad-expert-input-to-capacity --moe-router-load-balancing-type aux_loss --moe-aux-loss-coeff 0.01 \
  --moe-router-enable-expert-bias --moe-router-score-function sigmoid --use-megatron-fsdp --expert-model-parallel-size 8
