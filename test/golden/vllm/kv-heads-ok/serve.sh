#!/bin/bash
# Key and value heads are replicated: 4 of them at TP 8 is fine.
# not VL009
# not VL014
vllm serve ./model --tensor-parallel-size 8 --enable-expert-parallel
