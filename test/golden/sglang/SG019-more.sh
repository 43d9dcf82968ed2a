#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 8 --enable-dp-attention --moe-a2a-backend flashinfer --quantization fp8 --flashinfer-a2a-dispatch-type mxfp8
# want SG019 "--flashinfer-a2a-dispatch-type mxfp8 needs --quantization mxfp8; it is fp8."
