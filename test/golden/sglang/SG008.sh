#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 4 --moe-runner-backend flashinfer_cutlass
# want SG008 "The flashinfer_cutlass runner needs EP 1 or 8; EP is 4." fix="Set EP to 8"
