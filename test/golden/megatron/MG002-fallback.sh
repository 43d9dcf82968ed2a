#!/bin/bash
# The value is only what the script falls back to: a warning, not an error.
EP=${EP:-24}
torchrun --nproc_per_node 8 --nnodes 3 pretrain_gpt.py --num-experts 128 --moe-ffn-hidden-size 768 --expert-model-parallel-size $EP --moe-token-dispatcher-type alltoall
# want MG002 warning "128 experts do not divide over EP 24: use 8. This is with the script's own default for $EP."
# want MG041 "spans 24 ranks"
