import type { BackendId, LayoutScenario, WeightDtype, WireDtype } from '../scenario';
import { assumed, derived, type Resolver, type Sourced, truth } from './resolver';

/**
 * What TensorRT-LLM exchanges tokens with: its config has no key for it, its engine takes the first method that works
 * (NVIDIA/TensorRT-LLM@03c36d62: tensorrt_llm/_torch/modules/fused_moe/communication/communication_factory.py).
 * One-sided NVLink comes first and needs pure EP with every rank in reach of NVLink.
 */
export function trtllmBackend(layout: LayoutScenario, scaleUpDomain: number): Sourced<BackendId> {
  const gather = 'allgather-reducescatter';
  if (!layout.attentionDataParallel) {
    return derived(gather, 'without attention DP every rank has the tokens: results are all-reduced');
  }
  if (layout.etp > 1) return derived(gather, 'MoE-TP leaves only all-gather and reduce-scatter');
  if (layout.ep <= scaleUpDomain) {
    return derived('nvlink-one-sided', 'the first method that TensorRT-LLM tries, within one NVLink domain');
  }
  return assumed(
    gather,
    `EP ${layout.ep} leaves the NVLink domain of ${scaleUpDomain}: what always works, unless DeepEP is enabled`,
  );
}

/**
 * What one-sided NVLink carries: tokens are quantized before they are sent where the experts compute in FP4, and in
 * MXFP8 where MXFP4 weights do; FP8 block scales are sent in BF16 (the same commit: tests/microbenchmarks/bench_moe_comm.py).
 */
export function oneSidedDispatchDtype(weights: WeightDtype): Sourced<WireDtype> {
  if (weights === 'nvfp4') return assumed('fp4', 'quantized before dispatch, as its experts take it');
  if (weights === 'mxfp4' || weights === 'mxfp4-fp8')
    return assumed('fp8', 'quantized before dispatch, as its experts take it');
  return assumed('bf16', 'activations are sent as they are');
}

/** `use_low_precision_moe_combine` halves what combine carries. */
export function trtllmCombineDtype(r: Resolver): Sourced<WireDtype> | undefined {
  return r.given('trtllm.useLowPrecisionMoeCombine', truth)?.value
    ? derived('fp8', 'use_low_precision_moe_combine')
    : undefined;
}
