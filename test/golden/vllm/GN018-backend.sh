#!/bin/bash
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 8 --enable-expert-parallel --moe-backend flashinfer_trtlm
# want GN018 "--moe-backend has no flashinfer_trtlm: did you mean flashinfer_trtllm?" fix="Use flashinfer_trtllm"
