#!/bin/bash
NNODES=${SLURM_NNODES:-1}

ARGS=(
    --num-layers 32
    --hidden-size 2048
    --ffn-hidden-size 8192
    --num-attention-heads 16
    --num-experts 64
    --moe-router-topk 6
    --moe-ffn-hidden-size 1024
    --moe-token-dispatcher-type alltoall
    --tensor-model-parallel-size 4
    --sequence-parallel
    --expert-tensor-parallel-size 1
    --expert-model-parallel-size 4
    # want MG004 info "8 ranks do not divide by EP 4 × PP 4 = 16."
    --pipeline-model-parallel-size 4
    # want MG003 info "8 ranks do not divide by TP 4 × PP 4 = 16: start at least 16 ranks, or make the sizes smaller. This is with the script's own default for $SLURM_NNODES."
    --micro-batch-size 1
    --global-batch-size 64
)

torchrun --nproc_per_node 8 --nnodes $NNODES pretrain_gpt.py "${ARGS[@]}"
