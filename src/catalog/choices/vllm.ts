import type { OptionChoice } from './choice';

/** Options of vLLM that choose from a list (vllm-project/vllm@00193b82: vllm/config/parallel.py, unless said). */
export const VLLM_CHOICES: readonly OptionChoice[] = [
  {
    name: 'communication.backend',
    words: [
      'allgather_reducescatter',
      'deepep_high_throughput',
      'deepep_low_latency',
      'deepep_v2',
      'flashinfer_all2allv',
      'flashinfer_nvlink_one_sided',
      'flashinfer_nvlink_two_sided',
      'mori',
      'mori_high_throughput',
      'mori_low_latency',
      'naive',
      'nixl_ep',
      'pplx',
    ],
  },
  { name: 'placement.strategy', words: ['linear', 'round_robin'] },
  { name: 'vllm.eplbCommunicator', words: ['nixl', 'pynccl', 'torch_gloo', 'torch_nccl'] },
  { name: 'vllm.dcpCommBackend', option: '--dcp-comm-backend', words: ['a2a', 'ag_rs'] },
  {
    // @00634b8a: vllm/config/kernel.py, MoEBackend; its validator takes dashes.
    name: 'vllm.moeBackend',
    option: '--moe-backend',
    words: [
      'aiter',
      'auto',
      'cutlass',
      'deep_gemm',
      'deep_gemm_mega_moe',
      'emulation',
      'flashinfer_cutedsl',
      'flashinfer_cutlass',
      'flashinfer_trtllm',
      'marlin',
      'triton',
    ],
    takesDashes: true,
  },
  {
    // @002f10e0: vllm/config/cache.py, CacheDType.
    name: 'vllm.kvCacheDtype',
    words: [
      'auto',
      'bfloat16',
      'float16',
      'fp8',
      'fp8_ds_mla',
      'fp8_e4m3',
      'fp8_e5m2',
      'fp8_inc',
      'fp8_per_token_head',
      'int4_per_token_head',
      'int8_per_token_head',
      'nvfp4',
      'nvfp4_4over6',
      'nvfp4_ds_mla',
      'turboquant_3bit_nc',
      'turboquant_4bit_nc',
      'turboquant_k3v4_nc',
      'turboquant_k8v4',
    ],
  },
];
