#!/bin/bash
# not SG003
# not SG008
# not SG013
# not SG014
# not SG017
python3 -m sglang.launch_server --model-path mistralai/Mixtral-8x7B-v0.1 --tp-size 8 --ep-size 4 --moe-dp-size 2 --attn-cp-size 2 --chunked-prefill-size 8192 \
  --init-expert-location '{"physical_to_logical_map": [[0, 1, 2, 3, 4, 5, 6, 7]]}'
python3 -m sglang.launch_server --model-path mistralai/Mixtral-8x7B-v0.1 --tp-size 8 --ep-size 8 --moe-runner-backend flashinfer_cutlass
python3 -m sglang.launch_server --model-path mistralai/Mixtral-8x7B-v0.1 --tp-size 8 --ep-size 2
