#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dcp-comm-backend a2a
# want SG022 "--dcp-comm-backend a2a needs --dcp-size above 1: set it, or drop --dcp-comm-backend." fix="Remove --dcp-comm-backend"
