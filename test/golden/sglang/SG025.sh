#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --attention-backend flashmla --page-size 1
# want SG025 "--page-size 1 becomes 64: the flashmla backend takes pages of 64 tokens." fix="Set it to 64"
