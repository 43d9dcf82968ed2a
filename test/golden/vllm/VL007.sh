#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --data-parallel-size 8 --enable-expert-parallel --all2all-backend pplx
# want VL007 "Newer vLLM has no pplx backend" fix="Use allgather_reducescatter"
