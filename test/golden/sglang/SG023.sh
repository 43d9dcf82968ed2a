#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --nnodes 2 --moe-a2a-backend mooncake --elastic-ep-backend mooncake --enable-eplb --eplb-algorithm deepseek
# want SG023 "--elastic-ep-backend does not work with the deepseek algorithm: use elasticity_aware or auto." fix="Set the algorithm to elasticity_aware"
