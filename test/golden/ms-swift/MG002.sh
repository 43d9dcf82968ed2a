NPROC_PER_NODE=8 \
megatron sft \
    --model Qwen/Qwen3-30B-A3B \
    --expert_model_parallel_size 6 \
    --max_length 2048
# want^1 MG002 "128 experts do not divide over EP 6: use 4 or 8." fix="Set EP to 8"
# want^1 MG004 "8 ranks do not divide by EP 6. To make it fit: use EP 4 or 8." fix="Set EP to 4"
