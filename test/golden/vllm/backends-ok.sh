#!/bin/bash
# not VL008
# not VL019
vllm serve moonshotai/Kimi-K3 --tensor-parallel-size 8 --enable-expert-parallel --all2all-backend moonep
vllm serve nvidia/GLM-5.2-NVFP4 --prefill-context-parallel-size 4 --enable-expert-parallel --all2all-backend allgather_reducescatter
vllm serve deepseek-ai/DeepSeek-V2-Lite --data-parallel-size 2 --enable-expert-parallel --enable-dbo \
  --afd-config '{"afd_connector":"p2pconnector","afd_role":"attention","num_afd_stages":"2"}'
