#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --enable-eplb
# want SG006 "--enable-eplb needs expert parallelism, and EP is 1: set EP to 8, or drop it." fix="Add --ep-size 8"
