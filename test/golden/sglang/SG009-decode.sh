#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --moe-a2a-backend deepep --deepep-mode normal --disaggregation-mode decode
# want SG009 "use low_latency." fix="Set it to low_latency"
