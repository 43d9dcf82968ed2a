#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --data-parallel-size 8 --data-parallel-size-local 16 --enable-expert-parallel
# want VL011 "16 data parallel ranks on this node, but there are only 8: use at most 8." fix="Set the local size to 8"
