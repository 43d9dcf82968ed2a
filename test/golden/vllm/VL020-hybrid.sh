#!/bin/bash
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 16 --data-parallel-size-local 8 --enable-expert-parallel --enable-eplb --enable-elastic-ep --data-parallel-hybrid-lb
# want VL020 "--enable-elastic-ep does not work with --data-parallel-hybrid-lb: drop one of them." fix="Remove --data-parallel-hybrid-lb"
