#!/bin/bash
# not HF019
# Scales per channel, a format that the engine is told, whole blocks and whole experts.
vllm serve RedHatAI/Qwen3-235B-A22B-FP8-dynamic --tensor-parallel-size 8
vllm serve Qwen/Qwen3-235B-A22B-FP8 --tensor-parallel-size 8 --quantization modelopt
vllm serve Qwen/Qwen3-235B-A22B-FP8 --tensor-parallel-size 4
vllm serve Qwen/Qwen3-235B-A22B-FP8 --tensor-parallel-size 8 --enable-expert-parallel
