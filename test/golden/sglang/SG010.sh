#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 4 --enable-dp-attention --moe-a2a-backend flashinfer
# want SG010 "The flashinfer backend needs DP = TP 8; DP is 4." fix="Set DP to 8"
