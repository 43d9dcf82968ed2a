#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 8 --enable-dp-attention --moe-a2a-backend flashinfer --moe-runner-backend marlin
# want SG015 "The flashinfer backend does not work with the marlin runner"
