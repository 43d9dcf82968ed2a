# moe-scope: ignore-file MG041, MG02
# want GN017 info "There is no rule MG02, so that this silences nothing. Did you mean MG002?"
# moe-scope: ignore MG006 megatron/etp-inherit -- this script only evaluates
# want GN017 "There is no rule megatron/etp-inherit, so that this silences nothing. Did you mean megatron/etp-inherited?"
torchrun --nproc_per_node 8 --nnodes 1 pretrain_gpt.py --num-experts 128 \
  --moe-ffn-hidden-size 768 --tensor-model-parallel-size 2 --moe-token-dispatcher-type alltoall \
  --expert-model-parallel-size 8 --expert-tensor-parallel-size 1
# moe-scope: ignore MG041 because it is old
# want GN017 "There is no rule because, it, is or old. A reason for the comment stands behind `--`."
