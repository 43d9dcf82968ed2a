#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --data-parallel-size 8 --enable-expert-parallel --data-parallel-external-lb --data-parallel-hybrid-lb
# want VL011 "External and hybrid load balancing exclude each other" fix="Remove --data-parallel-hybrid-lb"
