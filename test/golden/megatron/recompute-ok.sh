#!/bin/bash
# not MG043
# not MG044
# not MG045
# not MG046
# not MG047
# not MG048
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --moe-token-dispatcher-type flex --expert-model-parallel-size 8 --moe-flex-dispatcher-backend hybridep --moe-expert-rank-capacity-factor 1.5 --moe-grouped-gemm --fp8-format e4m3 --fp8-recipe blockwise --recompute-granularity selective --recompute-modules moe_act layernorm --offload-modules expert_fc1 --cuda-graph-impl transformer_engine --cuda-graph-scope attn moe_router moe_preprocess --overlap-dispatch-backward-with-experts-wgrad
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --recompute-granularity full --recompute-method uniform --recompute-num-layers 1
# The overlap recomputes whole model chunks.
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --bf16 --overlap-moe-expert-parallel-comm --recompute-granularity full
# What is hidden may say the rest.
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --disable-bias-linear --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --recompute-granularity full "$@"
