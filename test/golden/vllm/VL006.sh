#!/bin/bash
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 16 --enable-expert-parallel --enable-eplb --expert-placement-strategy round_robin
# want VL006 "round_robin falls back to linear placement here: EPLB is on." fix="Remove --expert-placement-strategy"
