#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --data-parallel-size 8 --enable-expert-parallel --enable-eplb --eplb-config '{"use_async":true,"policy":"other"}'
# want VL017 "use_async works with the default policy only, not with other."
