#!/bin/bash
python3 -m sglang.launch_server --model-path openai/gpt-oss-120b --tp-size 12 --dp-size 4 --enable-dp-attention
# want SG018 "64 attention heads do not divide by TP 12 / DP 4 = 3: use TP 8 or 16."
