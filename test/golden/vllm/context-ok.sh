#!/bin/bash
# not VL024
# not VL008
# not VL020
vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --enable-expert-parallel --decode-context-parallel-size 8 --dcp-comm-backend a2a
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 16 --enable-expert-parallel --enable-dbo --all2all-backend nixl_ep
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 16 --enable-expert-parallel --ubatch-size 1
