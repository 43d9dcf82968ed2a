#!/bin/bash
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 8 --enable-expert-parallel --enable-eplb --eplb-config '{"num_redundant_experts":-8}'
# want GN019 "-8 redundant experts are less than none: use 0 or more." fix="Set it to 8"
