#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 4 --hidden-size 1024 --num-attention-heads 16 \
  --num-experts 8 --moe-ffn-hidden-size 512 --moe-router-topk 2 --expert-model-parallel-size 8 \
  --moe-token-dispatcher-type alltoall --moe-grouped-gemm --disable-bias-linear \
  --cuda-graph-impl transformer_engine --recompute-granularity full --recompute-method uniform --recompute-num-layers 1
# want MG051 "--cuda-graph-impl transformer_engine does not work with full recomputation"
