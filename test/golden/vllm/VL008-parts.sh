#!/bin/bash
vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 16 --enable-expert-parallel --ubatch-size 2
# want VL008 "--ubatch-size needs --all2all-backend deepep_low_latency, deepep_high_throughput or nixl_ep; it is allgather_reducescatter, the default."
