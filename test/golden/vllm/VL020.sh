#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --data-parallel-size 8 --enable-expert-parallel --enable-elastic-ep
# want VL020 "--enable-elastic-ep needs --enable-eplb" fix="Remove --enable-elastic-ep"
