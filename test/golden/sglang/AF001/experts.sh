python -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 8 \
  --init-expert-location mixtral.json
# want AF002 warning "mixtral.json: layer 0 has loads of 8 experts, the model has 256. The job is simulated without it."
