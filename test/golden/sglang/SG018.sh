#!/bin/bash
python3 -m sglang.launch_server --model-path openai/gpt-oss-120b --tp-size 6
# want SG018 "64 attention heads do not divide by TP 6: use TP 4 or 8." fix="Set TP to 8"
