#!/bin/bash
vllm serve ./model --tensor-parallel-size 6 --enable-expert-parallel
# want VL009 "32 attention heads do not divide by TP 6: use 4 or 8." fix="Set TP to 8"
# want VL014 "256 experts over EP 6 (TP 6): 4 of the ranks hold 43, the others 42."
