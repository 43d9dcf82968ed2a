import type { BackendCalibration } from './calibration';

/**
 * TensorRT-LLM's one-sided NVLink all-to-all: dispatch stores each token once per destination rank straight into that
 * rank's memory, combine loads the results back (`cpp/tensorrt_llm/kernels/communicationKernels/moeAlltoAllKernels.cu`).
 * Its benchmark routes every token to min(EP, top-k) different ranks (`tests/microbenchmarks/bench_moe_comm.py`,
 * `--perfect_router`), which the printed bandwidths confirm: batch × min(EP, 8) × 14336 bytes over the time.
 */
export const nvlinkOneSided: readonly BackendCalibration[] = [
  {
    backend: 'nvlink-one-sided',
    accelerators: ['gb200-nvl72'],
    ratedScaleUpGBps: 900,
    ratedScaleOutGBps: 50,
    overlapExponent: 6,
    dispatch: {
      latencyMicroseconds: 12.5,
      interDomainLatencyMicroseconds: 12.5,
      microsecondsPerRemoteExpert: 0,
      floorMicroseconds: { base: 17, perRank: 0.065 },
      scaleUpGBps: 677,
      scaleUpFalloff: 0.088,
      scaleOutGBps: 50,
      smGBps: null,
      interDomainSmGBps: null,
    },
    combine: {
      latencyMicroseconds: 16.9,
      interDomainLatencyMicroseconds: 16.9,
      microsecondsPerRemoteExpert: 0,
      floorMicroseconds: { base: 31.3, perRank: 0.031 },
      scaleUpGBps: 676,
      scaleUpFalloff: 0.032,
      scaleOutGBps: 50,
      smGBps: null,
      interDomainSmGBps: null,
    },
    range: { tokensPerRank: [1, 2048], ep: [8, 32], sms: null },
    expectedError: 0.04,
    fittedOn: 'BF16, EP8 and EP32, 1 to 2048 tokens',
    source: 'NVIDIA/TensorRT-LLM docs tech_blog18 (GB200 NVL72)',
  },
];
