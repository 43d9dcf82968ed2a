#!/bin/bash
# not VL022
vllm serve deepseek-ai/DeepSeek-V3.2 --tensor-parallel-size 1 --data-parallel-size 4 --data-parallel-size-local 2 \
  --prefill-context-parallel-size 8 --enable-expert-parallel --quantization ascend
vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --prefill-context-parallel-size 2 \
  --decode-context-parallel-size 8 --enable-expert-parallel --quantization ascend
