#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 8 --data-parallel-size-local 8 --data-parallel-hybrid-lb
# want VL025 "--data-parallel-hybrid-lb has no effect: all 8 ranks are on this node." fix="Remove --data-parallel-hybrid-lb"
