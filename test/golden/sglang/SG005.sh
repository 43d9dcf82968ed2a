#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 24 --dp-size 24 --enable-dp-attention --ep-size 24
# want SG005 "256 experts + 0 redundant do not divide over EP 24: with 8 redundant experts they do." fix="Set redundant experts to 8"
