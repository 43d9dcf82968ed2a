vllm serve deepseek-ai/DeepSeek-V3 --data-parallel-size 16 --enable-expert-parallel \
  --enable-eplb --eplb-config '{"num_redundant_experts":32}' --all2all-backend deepep_low_latency
