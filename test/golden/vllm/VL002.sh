#!/bin/bash
vllm serve Qwen/Qwen3-30B-A3B --enable-expert-parallel --enable-eplb
# want VL002 "EPLB needs more than one rank, but TP and DP are both 1"
