#!/bin/bash
vllm serve Qwen/Qwen3-235B-A22B --tensor-parallel-size 8 --decode-context-parallel-size 3
# want VL010 "TP 8 does not divide by a decode context parallel size of 3: use 2 or 4." fix="Set the decode context parallel size to 4"
