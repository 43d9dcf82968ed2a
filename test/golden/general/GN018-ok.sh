#!/bin/bash
# not GN018
# A word that is like none of the known ones, or only newer in its number, may belong to a newer version.
vllm serve Qwen/Qwen3-30B-A3B --data-parallel-size 8 --enable-expert-parallel --all2all-backend deepep_v3
vllm serve Qwen/Qwen3-30B-A3B --data-parallel-size 8 --enable-expert-parallel --all2all-backend own_kernels
