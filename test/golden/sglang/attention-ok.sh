#!/bin/bash
# not SG018
# not SG019
# not SG020
# not SG021
# not SG022
# not SG023
python3 -m sglang.launch_server --model-path openai/gpt-oss-120b --tp-size 12 --dp-size 3 --enable-dp-attention
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 8 --enable-dp-attention --moe-a2a-backend flashinfer --quantization mxfp8 --flashinfer-a2a-dispatch-type mxfp8 --moe-runner-backend flashinfer_trtllm_routed
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 8 --enable-dp-attention --enable-two-batch-overlap --dcp-comm-backend ag_rs
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dcp-size 4 --dcp-comm-backend a2a --elastic-ep-backend mooncake --enable-eplb --moe-a2a-backend mooncake --eplb-algorithm elasticity_aware_hierarchical
python3 -m sglang.launch_server --model-path openai/gpt-oss-120b --tp-size 6 "$@"
