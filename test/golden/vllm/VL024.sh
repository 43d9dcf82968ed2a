#!/bin/bash
vllm serve deepseek-ai/DeepSeek-V3 --tensor-parallel-size 8 --enable-expert-parallel --dcp-comm-backend a2a
# want VL024 "--dcp-comm-backend a2a needs --decode-context-parallel-size above 1: set it, or drop --dcp-comm-backend." fix="Remove --dcp-comm-backend"
