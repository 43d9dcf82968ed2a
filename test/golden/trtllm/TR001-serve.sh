#!/bin/bash
trtllm-serve deepseek-ai/DeepSeek-V3 --tp_size 8 --ep_size 16
# want TR001 "EP 16 does not divide TP 8: use EP 8." fix="Set EP to 8"
