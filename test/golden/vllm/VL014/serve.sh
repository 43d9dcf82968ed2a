#!/bin/bash
# Without EPLB vLLM accepts what does not divide.
# not VL004
# not MG002
vllm serve ./model --data-parallel-size 24 --enable-expert-parallel
# want VL014 "256 experts over EP 24 (DP 24): 16 of the ranks hold 11, the others 10."
