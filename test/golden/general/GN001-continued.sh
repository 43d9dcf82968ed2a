#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py \
  --num-layers 32 \
<<<<<<< HEAD
  --hidden-size 4096 \
=======
  --hidden-size 8192 \
>>>>>>> main
  --num-experts 64 \
  --expert-model-parallel-size 8
# want^6 GN001 error "The merge is not finished"
