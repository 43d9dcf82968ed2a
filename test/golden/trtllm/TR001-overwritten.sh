#!/bin/bash
# not TR001
# The file overwrites the command, and it is not here.
trtllm-serve deepseek-ai/DeepSeek-V3 --tp_size 8 --ep_size 16 --config missing.yaml
