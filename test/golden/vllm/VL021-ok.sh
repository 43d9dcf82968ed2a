#!/bin/bash
# not VL021
vllm serve Qwen/Qwen3-30B-A3B --data-parallel-size 8 --enable-expert-parallel --enable-eplb --eplb-config '{"window_size":1000,"num_redundant_experts":16,"predictor":"mean"}'
