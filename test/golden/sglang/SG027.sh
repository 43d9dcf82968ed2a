#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --enable-dp-attention
# want SG027 warning "--enable-dp-attention has no effect at DP 1: set --dp-size, or drop it." fix="Remove --enable-dp-attention"
