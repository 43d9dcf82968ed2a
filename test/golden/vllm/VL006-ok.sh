#!/bin/bash
# not VL006
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 16 --enable-expert-parallel --expert-placement-strategy round_robin --all2all-backend deepep_low_latency
