# not SG015
# not SG016
# not GN018
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --nnodes 2 --moe-a2a-backend deepep_v2 --moe-runner-backend deep_gemm
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --nnodes 2 --dp-size 16 --enable-dp-attention --moe-a2a-backend flashinfer_megamoe --moe-runner-backend flashinfer_megamoe
python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp-size 16 --nnodes 2 --moe-a2a-backend deepep --moe-runner-backend flashinfer_cutedsl --enable-two-batch-overlap
