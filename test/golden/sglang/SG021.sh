#!/bin/bash
python3 -m sglang.launch_server --model-path Qwen/Qwen3-30B-A3B --tp-size 8 --ep-size 8 --enable-two-batch-overlap
# want SG021 "--enable-two-batch-overlap needs an all-to-all backend, such as --moe-a2a-backend deepep, or --enable-dp-attention." fix="Remove --enable-two-batch-overlap"
