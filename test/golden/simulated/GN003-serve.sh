# setting cluster.accelerator=h100-sxm
vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --enable-expert-parallel
# want^0 GN003 warning "8.0 GiB that vLLM leaves alone"
