#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 2 --attn-cp-size 2 --moe-dp-size 2
# want SG003 "EP 2 × MoE DP 2 = 4 is not TP 8: use EP 4." fix="Set EP to 4"
