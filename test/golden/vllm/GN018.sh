#!/bin/bash
vllm serve Qwen/Qwen3-30B-A3B --data-parallel-size 8 --enable-expert-parallel --expert-placement-strategy liner
# want GN018 "--expert-placement-strategy has no liner: did you mean linear?" fix="Use linear"
