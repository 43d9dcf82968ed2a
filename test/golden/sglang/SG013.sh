#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 8 --enable-dp-attention --chunked-prefill-size 8192
# want SG013 info "--chunked-prefill-size 8192 is divided by DP 8: each group prefills 1024 tokens at a time."
