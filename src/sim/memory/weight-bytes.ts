import type { WeightDtype } from '../../scenario/scenario';

/** Bytes of one served weight by storage format, with its scales: routed experts, and the other linear layers. */
export interface WeightBytes {
  readonly experts: number;
  readonly linear: number;
  readonly source: string;
}

/** Norms, routers, embedding and head stay in 16 bits in every format. */
export const UNQUANTIZED_BYTES = 2;

const FP8_BLOCK = 1 + 4 / 128 ** 2;

/** 4 bits, and a 16-bit scale and a 4-bit zero point per 128. */
const INT4_GROUP = (4 + (16 + 4) / 128) / 8;

export const weightBytes: Readonly<Record<WeightDtype, WeightBytes>> = {
  bf16: { experts: 2, linear: 2, source: '2 bytes per weight' },
  fp16: { experts: 2, linear: 2, source: '2 bytes per weight' },
  fp8: {
    experts: FP8_BLOCK,
    linear: FP8_BLOCK,
    source: '1 byte and one FP32 scale per 128 × 128 block (DeepSeek-V3 config.json, quantization_config)',
  },
  mxfp4: {
    experts: 4.25 / 8,
    linear: 2,
    source: '4 bits and one 8-bit scale per 32 (OCP MX); gpt-oss quantizes only its experts',
  },
  'mxfp4-fp8': {
    experts: 4.25 / 8,
    linear: FP8_BLOCK,
    source:
      '4 bits and one 8-bit scale per 32 for experts, FP8 in blocks for the rest (DeepSeek-V4 config.json, expert_dtype)',
  },
  nvfp4: {
    experts: 4.5 / 8,
    linear: 2,
    source: '4 bits and one FP8 scale per 16 (NVFP4); attention kept in BF16 as in nvidia/DeepSeek-R1-NVFP4',
  },
  int4: {
    experts: 4.5 / 8,
    linear: 2,
    source: '4 bits and one 16-bit scale per 32 (compressed-tensors of Kimi-K2); attention in BF16',
  },
  'int4-linear': {
    experts: INT4_GROUP,
    linear: INT4_GROUP,
    source:
      '4 bits, one 16-bit scale and one 4-bit zero point per 128, in all linear layers (AWQ and GPTQ: vllm layers/quantization/awq.py, gptq.py)',
  },
  int8: {
    experts: 1,
    linear: 1,
    source: '1 byte per weight; the scales, one per channel or group, are left out',
  },
};
