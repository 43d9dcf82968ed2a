vllm serve openai/gpt-oss-20b --tensor-parallel-size 1 &
vllm serve openai/gpt-oss-120b --tensor-parallel-size 4 &
