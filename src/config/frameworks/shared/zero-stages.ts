/** What each ZeRO stage shards over data parallel ranks (deepspeedai/DeepSpeed@edaa7221: deepspeed/runtime/zero/config.py). */
export const ZERO_STAGES = ['none', 'optimizer', 'gradients', 'parameters'] as const;
