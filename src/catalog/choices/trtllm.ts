import type { OptionChoice } from './choice';

/** Keys of TensorRT-LLM that choose from a list (NVIDIA/TensorRT-LLM@00043967: tensorrt_llm/llmapi/llm_args.py, MoeConfig). */
export const TRTLLM_CHOICES: readonly OptionChoice[] = [
  {
    name: 'trtllm.moeBackend',
    words: [
      'AUTO',
      'CUTEDSL',
      'CUTLASS',
      'DEEPGEMM',
      'DENSEGEMM',
      'MARLIN',
      'MEGAMOE_DEEPGEMM',
      'TRITON',
      'TRTLLM',
      'VANILLA',
      'WIDEEP',
    ],
  },
];
