import type { BackendId, WireDtype } from '../../scenario/scenario';

/** Elements that share one scale: 128 with a 4-byte scale for FP8 (DeepSeek), 16 with a 1-byte scale for NVFP4. */
const payloadBytes: Readonly<Record<WireDtype, (hidden: number) => number>> = {
  bf16: (hidden) => 2 * hidden,
  fp8: (hidden) => hidden + 4 * Math.ceil(hidden / 128),
  fp4: (hidden) => hidden / 2 + Math.ceil(hidden / 16),
};

/**
 * DeepEP low latency puts a 16-byte header (`int4`: source token index) before each dispatched row
 * (`csrc/kernels/internode_ll.cu`).
 */
const dispatchHeaderBytes: Partial<Record<BackendId, number>> = { 'deepep-low-latency': 16 };

/**
 * Bytes of one row (one copy of one token's hidden state with its scales). Hidden 7168: BF16 14336, FP8 7392
 * (7408 in low-latency dispatch), NVFP4 4032 (DeepEP `tests/`, TensorRT-LLM tech blog 18).
 */
export function rowBytes(
  backend: BackendId,
  phase: 'dispatch' | 'combine',
  dtype: WireDtype,
  hidden: number,
): number {
  return payloadBytes[dtype](hidden) + (phase === 'dispatch' ? (dispatchHeaderBytes[backend] ?? 0) : 0);
}
