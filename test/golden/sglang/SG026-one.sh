#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --page-size 64 --chunked-prefill-size 1000
# want SG026 "--chunked-prefill-size 1000 does not divide into pages of 64 tokens: use 960 or 1024." fix="Set it to 1024"
