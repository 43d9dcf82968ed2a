#!/bin/bash
torchrun --nproc_per_node 8 pretrain_gpt.py --num-layers 48 --hidden-size 2048 --num-attention-heads 32 --num-experts 128 --moe-router-topk 8 --moe-ffn-hidden-size 768 --moe-router-load-balancing-type aux_loss global_aux_loss --moe-aux-loss-coeff 0.01
# want MG026 "2 losses need as many coefficients, and --moe-aux-loss-coeff has 1."
