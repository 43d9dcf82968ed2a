#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 1 --attn-cp-size 4 --moe-dp-size 3
# want SG003 "TP 8 does not divide by --moe-dp-size 3: use 2 or 4." fix="Set MoE DP to 4"
# want SG024 "--moe-dp-size 3 needs --attn-cp-size 3, and it is 4."
