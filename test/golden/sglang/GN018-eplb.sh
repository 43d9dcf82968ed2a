#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --ep-size 16 --nnodes 2 \
  --enable-eplb --eplb-algorithm deepsek
# want GN018 "--eplb-algorithm has no deepsek: did you mean deepseek?" fix="Use deepseek"
