#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --moe-dense-tp-size 4
# want SG007 "--moe-dense-tp-size 4 is neither 1 nor TP 16: use 1 or 16." fix="Set it to 1"
