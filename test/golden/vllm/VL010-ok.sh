# not VL010
# not VL022
vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 4 --enable-expert-parallel --prefill-context-parallel-size 8 --decode-context-parallel-size 8
