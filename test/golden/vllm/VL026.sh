#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --enable-expert-parallel --tensor-parallel-size 16 --nnodes 2 --distributed-executor-backend ray
# want VL026 "--nnodes does not work with --distributed-executor-backend ray: keep one of them." fix="Remove --nnodes"
