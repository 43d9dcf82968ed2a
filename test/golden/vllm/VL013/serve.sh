#!/bin/bash
vllm serve ./model --data-parallel-size 5
# want VL013 "Experts 768 wide do not divide over 5 ranks (DP 5): add --enable-expert-parallel" fix="Add --enable-expert-parallel"
