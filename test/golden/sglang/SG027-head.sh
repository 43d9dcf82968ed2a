#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 2 --enable-dp-lm-head
# want SG027 error "--enable-dp-lm-head needs --enable-dp-attention" fix="Remove --enable-dp-lm-head"
