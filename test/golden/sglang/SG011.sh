#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 8 --ep-dispatch-algorithm static
# want SG011 "--ep-dispatch-algorithm static needs an all-to-all backend: use dynamic" fix="Set it to dynamic"
