#!/bin/bash
# the mode may be the wrapper's
# not MG001
ray job submit -- python3 train.py --hf-checkpoint "$CHECKPOINT" --actor-num-nodes 2 --actor-num-gpus-per-node 8 \
    --tensor-model-parallel-size 1 --expert-model-parallel-size 8 --expert-tensor-parallel-size 1
