#!/bin/bash
<<<<<<< HEAD
# want GN001 "The merge is not finished"
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024
=======
torchrun --nproc_per_node 8 pretrain_gpt.py --num-experts 128 --moe-ffn-hidden-size 1024
>>>>>>> branch
