torchrun --nnodes $NNODES --nproc_per_node 8 pretrain_gpt.py \
    --num-layers 8 --hidden-size 1024 --num-attention-heads 16 --seq-length 1024 --vocab-size 32000 \
    --num-experts 64 --moe-router-topk 4 --moe-ffn-hidden-size 512 \
    --moe-token-dispatcher-type alltoall \
    --tensor-model-parallel-size 1 --expert-model-parallel-size $1 \
    --micro-batch-size 1 --global-batch-size $(( $NODES * 64 ))
