# not GN003
vllm serve deepseek-ai/DeepSeek-V3 --enable-expert-parallel --data-parallel-size $((GROUPS_OF_RANKS * 4))
# want^0 GN002 info "The file does not show DP"
