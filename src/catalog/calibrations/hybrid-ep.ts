import type { BackendCalibration } from './calibration';

const README = 'deepseek-ai/DeepEP@41cad944 (branch hybrid-ep) docs/README_Hybrid-EP.md, kernel only';

/**
 * NVIDIA's HybridEP: TMA copies between GPUs of one NVLink domain, however large, and GPU-initiated RDMA between domains
 * (deepseek-ai/DeepEP@0b18ed2a docs/Hybrid-EP_Implementation.md). Few SMs fill the links. Times are those of the kernels: the
 * copies of a bare call between the user's tensors and the registered buffers are part of the permutation in Megatron-Core and
 * torchtitan, which call `dispatch_with_permute`. The exponent is lower than DeepEP's: one pipeline per SM carries both link
 * classes. An SM copies FP8 rows, each with scales of its own, at fewer bytes per second than BF16 ones.
 */
export const hybridEp: readonly BackendCalibration[] = [
  {
    backend: 'hybrid-ep',
    accelerators: ['h100-sxm', 'h200-sxm'],
    ratedScaleUpGBps: 450,
    ratedScaleOutGBps: 50,
    overlapExponent: 2.5,
    dispatch: {
      latencyMicroseconds: 25,
      interDomainLatencyMicroseconds: 50,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 303.3,
      scaleOutGBps: 46.3,
      smGBps: 38.8,
      interDomainSmGBps: 38.8,
      smBf16Factor: 1.51,
      interDomainSmBf16Factor: 1.51,
    },
    combine: {
      latencyMicroseconds: 25,
      interDomainLatencyMicroseconds: 50,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 314.5,
      scaleOutGBps: 43,
      smGBps: 73.6,
      interDomainSmGBps: 73.6,
    },
    range: { tokensPerRank: [4096, 4096], ep: [8, 64], sms: [4, 16], dispatchDtypes: ['bf16'] },
    expectedError: 0.06,
    fittedOn:
      'EP16 and EP32 x {4, 16} SMs at 4096 tokens; NVLink bandwidths are those of DeepEP, latencies assumed',
    source: README,
  },
  {
    backend: 'hybrid-ep',
    accelerators: ['gb200-nvl72', 'gb300-nvl72', 'b200-sxm', 'b300-sxm'],
    ratedScaleUpGBps: 900,
    ratedScaleOutGBps: 50,
    overlapExponent: 2.5,
    dispatch: {
      latencyMicroseconds: 25,
      interDomainLatencyMicroseconds: 50,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 730.6,
      scaleUpFalloff: 0.089,
      scaleOutGBps: 46.3,
      smGBps: 61.6,
      interDomainSmGBps: 61.6,
      smBf16Factor: 1.78,
      interDomainSmBf16Factor: 1.78,
    },
    combine: {
      latencyMicroseconds: 25,
      interDomainLatencyMicroseconds: 50,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 710.4,
      scaleUpFalloff: 0.117,
      scaleOutGBps: 43,
      smGBps: 74.6,
      interDomainSmGBps: 74.6,
    },
    range: { tokensPerRank: [4096, 4096], ep: [8, 36], sms: [16, 32], dispatchDtypes: ['bf16'] },
    expectedError: 0.03,
    fittedOn:
      'EP8 and EP16 of GB200 NVL72 x {16, 32} SMs at 4096 tokens; between domains the constants are those of H100, latencies assumed',
    source: README,
  },
];
