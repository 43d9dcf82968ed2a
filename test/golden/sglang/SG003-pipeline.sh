#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --pp-size 2 --ep-size 1 --attn-cp-size 2 --moe-dp-size 2
# want SG003 "works in one pipeline stage only, and PP is 2"
