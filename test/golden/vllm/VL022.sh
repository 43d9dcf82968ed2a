vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 4 --enable-expert-parallel --data-parallel-size 4 \
  --prefill-context-parallel-size 2
# want VL022 "Prefill context parallelism of 2 beside data parallelism of 4 needs vLLM 0.31.0 or newer: older versions refuse to start."
