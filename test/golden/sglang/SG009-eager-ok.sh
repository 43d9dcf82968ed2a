#!/bin/bash
# not SG009
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --moe-a2a-backend deepep --deepep-mode normal --disable-cuda-graph
