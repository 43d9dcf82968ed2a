#!/bin/bash
# not HF019
vllm serve vllm/HF019-ok/model --tensor-parallel-size 4
vllm serve vllm/HF019-ok/model --tensor-parallel-size 8 --enable-expert-parallel
