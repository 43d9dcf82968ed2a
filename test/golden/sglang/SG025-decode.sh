#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --prefill-attention-backend fa3 --decode-attention-backend trtllm_mla --page-size 16
# want SG025 "the trtllm_mla backend takes pages of 32 or 64 tokens." fix="Set it to 64"
