#!/bin/bash
vllm serve openai/gpt-oss-120b --data-parallel-size 8 --enable-expert-parallel --all2all-backend nixl_ep
# want VL018 "nixl_ep has no kernel for hidden size 2880: it supports 2048, 2560"
