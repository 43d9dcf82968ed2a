#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --nnodes 2 --moe-a2a-backend deepep --flashinfer-a2a-dispatch-type nvfp4
# want SG019 "--flashinfer-a2a-dispatch-type needs --moe-a2a-backend flashinfer; it is deepep." fix="Remove --flashinfer-a2a-dispatch-type"
