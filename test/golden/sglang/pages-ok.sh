#!/bin/bash
# not SG024
# not SG025
# not SG026
# not SG027
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --attention-backend trtllm_mla --page-size 32 --chunked-prefill-size 8192
# One backend for both phases takes the place of the general one.
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --attention-backend flashmla --prefill-attention-backend fa3 --decode-attention-backend fa3 --page-size 1
# It prefills, and only the pages of the decoding backend are changed.
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --prefill-attention-backend flashmla --decode-attention-backend fa3 --page-size 1
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --disaggregation-mode decode --page-size 64 --chunked-prefill-size 1000
# A model with sparse attention takes pages of 64, whatever is written.
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --page-size 256 --chunked-prefill-size 1088
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 4 --moe-dp-size 2 --enable-prefill-cp --cp-strategy interleave
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --ep-size 4 --moe-dp-size 2 "$@"
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --dp-size 2 --enable-dp-attention --attn-cp-size 2 --enable-dp-lm-head
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 8 --enable-dp-attention $MORE
