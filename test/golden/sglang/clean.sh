#!/bin/bash
# not SG001
# not SG002
# not SG004
# not SG005
# not SG006
# not SG007
# not SG010
# not SG011
# not SG012
# EP need not be a power of two
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 \
  --tp-size 24 \
  --dp-size 24 \
  --nnodes 3 \
  --enable-dp-attention \
  --moe-a2a-backend flashinfer \
  --moe-dense-tp-size 1 \
  --enable-eplb \
  --ep-num-redundant-experts 32 \
  --ep-dispatch-algorithm static
