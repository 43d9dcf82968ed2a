vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 4 --enable-expert-parallel --data-parallel-size 4 \
  --prefill-context-parallel-size 2
# want VL022 "Prefill context parallelism of 2 does not work with data parallelism of 4: set one of them to 1." fix="Set the prefill context parallel size to 1"
