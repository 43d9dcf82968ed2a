#!/bin/bash
# not MG006
# Only training stops without it.
torchrun --nproc_per_node 8 examples/inference/gpt/gpt_dynamic_inference.py --num-layers 27 --hidden-size 2048 --num-attention-heads 16 --num-experts 64 --moe-router-topk 6 --moe-ffn-hidden-size 1408 --moe-token-dispatcher-type alltoall --disable-bias-linear --tensor-model-parallel-size 2
torchrun --nproc_per_node 8 tools/run_text_generation_server.py --num-layers 27 --hidden-size 2048 --num-attention-heads 16 --num-experts 64 --moe-router-topk 6 --moe-ffn-hidden-size 1408 --moe-token-dispatcher-type alltoall --disable-bias-linear --tensor-model-parallel-size 2
