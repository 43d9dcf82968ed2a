#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 2 --enable-dp-attention --attn-cp-size 3
# want SG024 "TP 8 does not divide by attention CP 3 × DP 2: use 2 or 4." fix="Set it to 4"
