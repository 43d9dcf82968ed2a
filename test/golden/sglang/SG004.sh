#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --nnodes 3
# want SG004 "TP 8 ranks do not divide over 3 nodes: use 2 or 4 nodes"
