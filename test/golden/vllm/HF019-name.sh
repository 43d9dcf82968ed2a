#!/bin/bash
# Qwen publishes it in blocks of 128.
vllm serve Qwen/Qwen3-235B-A22B-FP8 --tensor-parallel-size 8
# want HF019 "Experts 1536 wide over TP 8 leave 192 on each rank" fix="Add --enable-expert-parallel"
