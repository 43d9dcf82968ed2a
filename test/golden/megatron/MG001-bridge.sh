#!/bin/bash
# slime's bridge takes the sizes of the model from the checkpoint
# not MG001
ray job submit -- python3 train.py --megatron-to-hf-mode bridge --hf-checkpoint "$CHECKPOINT" --actor-num-nodes 2 --actor-num-gpus-per-node 8 \
    --tensor-model-parallel-size 1 --expert-model-parallel-size 8 --expert-tensor-parallel-size 1
