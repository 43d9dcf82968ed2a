#!/bin/bash
python3 -m sglang.launch_server --model-path Qwen/Qwen3-30B-A3B --tp-size 8 --ep-size 16
# want SG017 "EP 16 does not divide TP 8, whose ranks it shares: use EP 8, or another TP." fix="Set EP to 8"
