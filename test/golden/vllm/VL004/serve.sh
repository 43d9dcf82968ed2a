#!/bin/bash
vllm serve ./model --data-parallel-size 24 --enable-expert-parallel --enable-eplb
# want VL004 "256 experts + 0 redundant do not divide over EP 24 (DP 24): with 8 redundant experts they do." fix="Set redundant experts to 8"
