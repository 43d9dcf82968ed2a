#!/bin/bash
# not SG006
# not SG011
# not SG012
# What stands in the variable may set EP, the backend and attention DP.
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --dp-size 2 --nnodes 2 --enable-eplb --ep-dispatch-algorithm static "$@"
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --dp-size 2 --nnodes 2 --enable-eplb --ep-dispatch-algorithm static $EXTRA_ARGS
