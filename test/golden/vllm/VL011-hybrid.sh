#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 16 --data-parallel-hybrid-lb
# want VL011 "--data-parallel-hybrid-lb needs --data-parallel-size-local" fix="Remove --data-parallel-hybrid-lb"
