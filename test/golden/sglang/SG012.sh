#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --dp-size 2 --nnodes 2
# want SG012 "DP 2 over 2 nodes needs --enable-dp-attention" fix="Add --enable-dp-attention"
