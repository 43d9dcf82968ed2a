#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --pp-size 2 --nnodes 2 --moe-a2a-backend mooncake --elastic-ep-backend mooncake
# want SG023 "--elastic-ep-backend works with PP 1 only, not with 2." fix="Set PP to 1"
