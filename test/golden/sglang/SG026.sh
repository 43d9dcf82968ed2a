#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 8 --enable-dp-attention --page-size 64 \
  --chunked-prefill-size 8200
# want SG026 "--chunked-prefill-size 8200, divided by DP 8, does not divide into pages of 64 tokens: use 8192 or 8704." fix="Set it to 8192"
# want SG013 "each group prefills 1025 tokens at a time"
