#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --ep-size 8 --moe-a2a-backend deepep
# want SG001 "--ep-size 8 has no effect: the deepep backend sets EP to TP 16." fix="Set EP to 16"
