#!/bin/bash
python3 -m sglang.launch_server --model-path Qwen/Qwen3-30B-A3B --tp-size 8 --ep-size 8 --quantization fp8 --moe-runner-backend flashinfer_cutlass
# want SG020 "The flashinfer_cutlass runner does not take fp8 weights" fix="Remove --moe-runner-backend"
