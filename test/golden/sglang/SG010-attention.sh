#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 8 --moe-a2a-backend pplx
# want SG010 "The pplx backend needs --enable-dp-attention with DP of at least 2." fix="Add --enable-dp-attention"
