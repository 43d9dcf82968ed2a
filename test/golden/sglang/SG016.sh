python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --nnodes 2 --moe-a2a-backend deepep_v2 \
  --enable-two-batch-overlap
# want SG016 "does not work with the deepep_v2 backend: remove it, or use deepep." fix="Remove --enable-two-batch-overlap"
