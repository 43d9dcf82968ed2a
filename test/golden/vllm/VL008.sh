#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --data-parallel-size 8 --enable-expert-parallel --enable-dbo --all2all-backend allgather_reducescatter
# want VL008 "--enable-dbo needs --all2all-backend deepep_low_latency, deepep_high_throughput or nixl_ep; it is allgather_reducescatter." fix="Use deepep_low_latency"
