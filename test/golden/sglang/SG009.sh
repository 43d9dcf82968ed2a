#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --moe-a2a-backend deepep --deepep-mode normal
# want SG009 "--deepep-mode normal switches the CUDA graph off, also for decoding: use auto." fix="Set it to auto"
