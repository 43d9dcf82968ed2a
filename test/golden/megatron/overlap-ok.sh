#!/bin/bash
# not MG008
# not MG022
# not MG029
# not MG030
# not MG031
# not MG032
# not MG036
export CUDA_DEVICE_MAX_CONNECTIONS=32
torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 \
  --moe-token-dispatcher-type flex --moe-flex-dispatcher-backend ncclep --expert-model-parallel-size 8 \
  --tensor-model-parallel-size 2 --sequence-parallel --expert-tensor-parallel-size 1 \
  --pipeline-model-parallel-size 2 --num-virtual-stages-per-pipeline-rank 2 \
  --overlap-moe-expert-parallel-comm --delay-wgrad-compute \
  --recompute-granularity selective --recompute-modules moe_act --moe-grouped-gemm
