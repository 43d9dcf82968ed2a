python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --nnodes 2 --moe-a2a-backend mooncake \
  --moe-runner-backend flashinfer_cutedsl
# want SG015 "The flashinfer_cutedsl runner does not work with the mooncake backend: use --moe-a2a-backend none, deepep or flashinfer."
