#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --data-parallel-size 8 --enable-expert-parallel --enable-eplb --eplb-config '{"num_redundant_experts":"32"}'
# want VL016 info "32 is in quotes: write the number." fix="Remove the quotes"
