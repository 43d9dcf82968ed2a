EP=${1:-8}
torchrun --nnodes 2 --nproc_per_node 8 pretrain_gpt.py \
    --num-layers 8 --hidden-size 1024 --num-attention-heads 16 --seq-length 1024 --vocab-size 32000 \
    --num-experts 64 --moe-router-topk 4 --moe-ffn-hidden-size 512 \
    --moe-token-dispatcher-type alltoall \
    --tensor-model-parallel-size ${TENSOR:-1} --expert-model-parallel-size $EP \
    --micro-batch-size 1 --global-batch-size 64
