#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --tensor-parallel-size 8 --enable-expert-parallel --data-parallel-external-lb
# want VL011 "External load balancing needs --data-parallel-size above 1" fix="Remove --data-parallel-external-lb"
