#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 8 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 4 --recompute-granularity selective --recompute-modules core_attn moe_acts
# want GN018 "--recompute-modules has no moe_acts: did you mean moe_act?"
