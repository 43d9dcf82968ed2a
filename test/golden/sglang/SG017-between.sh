#!/bin/bash
python3 -m sglang.launch_server --model-path Qwen/Qwen3-30B-A3B --tp-size 12 --dp-size 12 --enable-dp-attention --ep-size 8
# want SG017 "EP 8 does not divide TP 12, whose ranks it shares: use EP 6 or 12, or another TP."
