#!/usr/bin/env bash
# Pretrain a DeepSeek-V3-like model with Megatron-LM on 128 nodes of 8 GPUs.
#SBATCH --job-name=v3-pretrain
#SBATCH --nodes=128
#SBATCH --gpus-per-node=8
set -euo pipefail

export CUDA_DEVICE_MAX_CONNECTIONS=1

NODES=128
GPUS_PER_NODE=8
TP=1
PP=16
EP=64

DISTRIBUTED_ARGS=(
    --nnodes $NODES
    --nproc_per_node $GPUS_PER_NODE
    --rdzv_backend c10d
)

MODEL_ARGS=(
    --num-layers 61
    --hidden-size 7168
    --ffn-hidden-size 18432
    --num-attention-heads 128
    --seq-length 4096
    --max-position-embeddings 4096
    --vocab-size 129280
    --make-vocab-size-divisible-by 1280
    --untie-embeddings-and-output-weights
    --normalization RMSNorm
    --swiglu
    --disable-bias-linear
    --multi-latent-attention
    --qk-layernorm
    --q-lora-rank 1536
    --kv-lora-rank 512
    --qk-head-dim 128
    --qk-pos-emb-head-dim 64
    --v-head-dim 128
)

MOE_ARGS=(
    --num-experts 256
    --moe-layer-freq "([0]*3+[1]*58)"
    --moe-ffn-hidden-size 2048
    --moe-shared-expert-intermediate-size 2048
    --moe-router-topk 8
    --moe-router-num-groups 8
    --moe-router-group-topk 4
    --moe-router-score-function sigmoid
    --moe-router-enable-expert-bias
    --moe-router-load-balancing-type seq_aux_loss
    --moe-aux-loss-coeff 1e-4
    --moe-grouped-gemm
    --moe-token-dispatcher-type flex
    --moe-flex-dispatcher-backend deepep
)

PARALLEL_ARGS=(
    --tensor-model-parallel-size $TP
    --pipeline-model-parallel-size $PP
    --decoder-last-pipeline-num-layers 1
    --expert-model-parallel-size $EP
    --expert-tensor-parallel-size 1
    --use-distributed-optimizer
)

TRAINING_ARGS=(
    --micro-batch-size 1
    --global-batch-size ${GLOBAL_BATCH:-8192}
    --recompute-granularity selective
    --recompute-modules layernorm mla_up_proj moe
    --train-iters 100000
    --lr 2.2e-4
    --bf16
)

torchrun "${DISTRIBUTED_ARGS[@]}" pretrain_gpt.py \
    "${MODEL_ARGS[@]}" \
    "${MOE_ARGS[@]}" \
    "${PARALLEL_ARGS[@]}" \
    "${TRAINING_ARGS[@]}" \
    --data-path "$DATA_PATH"
