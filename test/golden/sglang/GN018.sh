#!/bin/bash
python3 -m sglang.launch_server --model-path Qwen/Qwen3-30B-A3B --tp-size 8 --ep-size 8 --ep-dispatch-algorithm statik
# want GN018 "--ep-dispatch-algorithm has no statik: did you mean static?" fix="Use static"
