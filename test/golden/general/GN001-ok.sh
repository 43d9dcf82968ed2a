#!/bin/bash
# not GN001
cat <<'NOTES'
<<<<<<< not a merge, a banner
NOTES
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024
