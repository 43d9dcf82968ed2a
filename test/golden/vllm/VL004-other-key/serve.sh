#!/bin/bash
vllm serve ./model --data-parallel-size 24 --enable-expert-parallel --enable-eplb --eplb-config '{"window_size":100}'
# want VL004 "with 8 redundant experts they do." fix="Set redundant experts to 8"
