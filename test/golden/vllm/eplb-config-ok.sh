#!/bin/bash
# not VL016
# not VL017
# not VL018
vllm serve Qwen/Qwen3-235B-A22B --data-parallel-size 8 --enable-expert-parallel --enable-eplb --all2all-backend nixl_ep --eplb-config '{"num_redundant_experts":32,"communicator":"pynccl","policy":"default"}'
