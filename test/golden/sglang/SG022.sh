#!/bin/bash
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dcp-size 3
# want SG022 "TP 8 does not divide by a decode context parallel size of 3: use 2 or 4." fix="Set it to 4"
