#!/bin/bash
python3 -m sglang.launch_server --model-path mistralai/Mixtral-8x7B-v0.1 --tp-size 8 --ep-size 8 --ep-num-redundant-experts 8 --init-expert-location '{"physical_to_logical_map": [[0, 1, 2, 3, 4, 5, 6, 7]]}'
# want SG014 "layer 0 has 8 places, and there are 8 experts + 8 redundant = 16"
