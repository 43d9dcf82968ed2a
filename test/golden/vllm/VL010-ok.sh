# not VL010
# not VL022
vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 4 --prefill-context-parallel-size 8 --decode-context-parallel-size 8
