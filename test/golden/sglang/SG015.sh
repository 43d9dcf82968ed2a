python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --nnodes 2 --moe-a2a-backend deepep_v2 \
  --moe-runner-backend triton
# want SG015 "The deepep_v2 backend does not work with the triton runner: use auto or deep_gemm." fix="Set the runner to deep_gemm"
