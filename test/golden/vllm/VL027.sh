#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 8 --enable-eplb --eplb-config '{"window_size":0,"step_interval":100}'
# want VL027 "--eplb-config.window_size 0 is below 1: vLLM refuses it."
