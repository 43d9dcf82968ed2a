#!/bin/bash
torchrun --nproc_per_node 8 --nnodes 2 pretrain_gpt.py --num-experts 64 --moe-ffn-hidden-size 1024 --moe-token-dispatcher-type alltoall --expert-model-parallel-size 8 --pipeline-model-parallel-size 2 --use-tp-pp-dp-mapping
# want MG008 "--use-tp-pp-dp-mapping with PP 2 needs DP and EDP to be equal; they are 8 and 1." fix="Remove --use-tp-pp-dp-mapping"
