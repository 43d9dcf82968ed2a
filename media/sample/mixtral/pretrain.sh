#!/usr/bin/env bash
# Pretrain a Mixtral-8x7B-like model with Megatron-LM. This job has mistakes: see what is said about them.
set -euo pipefail

export CUDA_DEVICE_MAX_CONNECTIONS=1

NNODES=4
GPUS_PER_NODE=8

MODEL_ARGS=(
    --num-layers 32
    --hidden-size 4096
    --ffn-hidden-size 14336
    --num-attention-heads 32
    --group-query-attention
    --num-query-groups 8
    --seq-length 4096
    --max-position-embeddings 32768
    --vocab-size 32000
    --untie-embeddings-and-output-weights
    --normalization RMSNorm
    --swiglu
    --disable-bias-linear
)

MOE_ARGS=(
    --num-experts 8
    --moe-router-topk 2
    --moe-router-load-balancing-type aux_loss
    --moe-aux-loss-coeff 1e-2
    --moe-grouped-gemm
    --moe-token-dispatcher-type alltoall
)

# TP 4 is inherited by the experts, EP 6 does not divide 8 experts, and sequence parallelism is missing.
PARALLEL_ARGS=(
    --tensor-model-parallel-size 4
    --pipeline-model-parallel-size 3
    --expert-model-parallel-size 6
    --use-distributed-optimizer
)

torchrun --nnodes $NNODES --nproc_per_node $GPUS_PER_NODE pretrain_gpt.py \
    "${MODEL_ARGS[@]}" \
    "${MOE_ARGS[@]}" \
    "${PARALLEL_ARGS[@]}" \
    --micro-batch-size 1 \
    --global-batch-size 256 \
    --bf16
