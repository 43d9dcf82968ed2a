#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --data-parallel-size 16 --data-parallel-size-local 8 --headless --data-parallel-hybrid-lb
# want VL011 "A node with --headless has no server to balance: drop --data-parallel-hybrid-lb." fix="Remove --data-parallel-hybrid-lb"
