torchrun --nnodes 1 --nproc_per_node 8 pretrain_gpt.py --num-layers 8 --hidden-size 1024 --num-attention-heads 16 \
  --seq-length 1024 --num-experts 8 --moe-router-topk 2 --moe-ffn-hidden-size 512 --moe-token-dispatcher-type alltoall \
  --expert-model-parallel-size 8 --micro-batch-size 1 --global-batch-size 64 --moe-routing-trace-path traces
# not AF001
