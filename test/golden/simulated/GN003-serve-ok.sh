# not GN003
# setting cluster.accelerator=h200-sxm
vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --enable-expert-parallel
