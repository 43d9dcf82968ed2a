#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 \
  --tp 16 \
  --dp 6 \
  --enable-dp-attention
# want^1 SG002 "TP 16 does not divide into 6 attention groups: use DP 4 or 8." fix="Set DP to 8"
