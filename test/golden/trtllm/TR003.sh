#!/bin/bash
trtllm-serve deepseek-ai/DeepSeek-V3 --tp_size 24 --ep_size 24
# want TR003 "256 experts do not divide by EP 24, and 16 of them belong to no rank: use EP 16 or 32."
