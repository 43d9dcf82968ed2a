#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 4 --moe-dp-size 2
# want SG024 "--moe-dp-size 2 needs --attn-cp-size 2, and it is 1." fix="Add --attn-cp-size 2"
