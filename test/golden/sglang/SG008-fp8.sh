#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 8 --moe-runner-backend cutlass --quantization fp8
# want SG008 "The cutlass runner with fp8 weights needs EP 1; EP is 8." fix="Set EP to 1"
