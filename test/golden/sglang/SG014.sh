#!/bin/bash
python3 -m sglang.launch_server --model-path mistralai/Mixtral-8x7B-v0.1 --tp-size 8 --ep-size 8 --init-expert-location '{"physical_to_logical_map": [[0, 1, 2, 3, 4, 5, 6, 6]]}'
# want SG014 "The placement does not fit the model: layer 0 has no place for expert 7."
