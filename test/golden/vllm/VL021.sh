#!/bin/bash
vllm serve Qwen/Qwen3-30B-A3B --data-parallel-size 8 --enable-expert-parallel --enable-eplb --eplb-config '{"window_size":1000,"num_redundent_experts":16}'
# want VL021 "--eplb-config has no key num_redundent_experts: did you mean num_redundant_experts?" fix="Rename it to num_redundant_experts"
