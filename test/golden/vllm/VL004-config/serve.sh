#!/bin/bash
vllm serve ./model --data-parallel-size 24 --enable-expert-parallel --enable-eplb --eplb-config '{"num_redundant_experts":16}'
# want VL004 "256 experts + 16 redundant do not divide over EP 24 (DP 24): with 32 redundant experts they do." fix="Set redundant experts to 32"
