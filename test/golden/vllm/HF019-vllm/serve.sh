#!/bin/bash
vllm serve vllm/HF019-vllm/model --tensor-parallel-size 8
# want HF019 "Experts 1536 wide over TP 8 leave 192 on each rank, no multiple of the 128" fix="Add --enable-expert-parallel"
