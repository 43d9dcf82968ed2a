#!/bin/bash
# not MG049
# not MG054
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 62 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 6 --num-virtual-stages-per-pipeline-rank 2
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 62 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 8 --decoder-first-pipeline-num-layers 7 --decoder-last-pipeline-num-layers 7 --num-virtual-stages-per-pipeline-rank 1
# The first stage may be another one, out of sight.
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 62 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-token-dispatcher-type alltoall --pipeline-model-parallel-size 8 --decoder-last-pipeline-num-layers 6 --num-virtual-stages-per-pipeline-rank 3 "$@"
