#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --cuda-graph-impl transformer_engine --moe-expert-capacity-factor 1.0 --moe-pad-expert-input-to-capacity \
  --cuda-graph-scope attn moe moe_router
# want MG046 "--cuda-graph-scope does not work here: moe holds moe_router already, so only one of them may be named."
