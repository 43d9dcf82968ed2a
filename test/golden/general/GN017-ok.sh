# not GN017
# moe-scope: ignore-file mg041, megatron/etp-inherited -- MG02 because it is old
# moe-scope: ignore
torchrun --nproc_per_node 8 --nnodes 1 pretrain_gpt.py --num-experts 128 \
  --moe-ffn-hidden-size 768 --tensor-model-parallel-size 2 --moe-token-dispatcher-type alltoall \
  --expert-model-parallel-size 8 --expert-tensor-parallel-size 1 # moe-scope: ignore MG006 SM001
