#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 1 --moe-dp-size 3
# want SG003 "TP 8 does not divide by --moe-dp-size 3: use 2 or 4." fix="Set MoE DP to 4"
