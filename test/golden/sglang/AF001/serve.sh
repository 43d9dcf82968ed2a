python -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 8 \
  --init-expert-location /cluster/location.json
# want AF001 info "/cluster/location.json is not there: a copy can be named as placement.file in a scenario file. The job is simulated without it."
