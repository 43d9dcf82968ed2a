#!/bin/bash
python3 -m sglang.launch_server --model-path sglang/HF019/model --tp-size 8
# want HF019 "Experts 1536 wide over TP 8 leave 192 on each rank, no multiple of the 128 of a quantisation block: use EP 2, 4 or 8."
