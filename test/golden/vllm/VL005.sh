#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --data-parallel-size 8 --enable-expert-parallel --enable-eplb --eplb-config '{"num_redundant_experts":2048}'
# want VL005 "2048 redundant experts are more than vLLM can place: use at most 1023."
