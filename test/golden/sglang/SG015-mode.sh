python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --nnodes 2 --dp-size 16 --enable-dp-attention --disaggregation-mode prefill --moe-a2a-backend deepep --moe-runner-backend flashinfer_cutedsl \
  --deepep-mode normal
# want SG015 "The flashinfer_cutedsl runner has no normal mode of DeepEP: use low_latency." fix="Set it to low_latency"
