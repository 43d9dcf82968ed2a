#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 8 --enable-dp-attention --moe-a2a-backend pplx --deepep-mode normal
# want SG010 "The pplx backend has no normal mode" fix="Set it to low_latency"
