#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 1 --enable-eplb
# want SG006 "EP is 1: set EP to 8" fix="Set EP to 8"
