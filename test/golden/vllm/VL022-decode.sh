vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 4 --prefill-context-parallel-size 2 \
  --decode-context-parallel-size 4
# want VL022 "must span that axis, or it and TP 4: use 1, 2 or 8." fix="Set the decode context parallel size to 8"
