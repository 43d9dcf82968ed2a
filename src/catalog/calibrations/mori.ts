import type { BackendCalibration } from './calibration';

/**
 * AMD's MoRI-EP: one row per destination rank over XGMI, one per destination node over RDMA that the GPU itself posts (IBGDA), handed
 * on from there (ROCm/mori@03bbab8a docs/MORI-EP-GUIDE.md: IntraNode, InterNodeV1 and InterNodeV1LL, by the place and by what is
 * asked). Combine reads from registered buffers (zero-copy), as its benchmarks do; through a copy it takes 1.1 to 1.4 times as long
 * (docs/EP8.en.md). Compute units hardly matter: 32 and 80 differ by a tenth (README).
 *
 * NIC and XGMI work on parts of one row in turn and on those of others at once. At one EP size exponent and NIC bandwidth cannot be
 * told apart: the exponent is the least, in halves, that leaves no bandwidth above the NIC's rating.
 */
export const mori: readonly BackendCalibration[] = [
  {
    backend: 'mori',
    accelerators: ['mi300x'],
    ratedScaleUpGBps: 448,
    ratedScaleOutGBps: 50,
    overlapExponent: 2,
    dispatch: {
      latencyMicroseconds: 19.8,
      interDomainLatencyMicroseconds: 87.2,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 288.5,
      scaleOutGBps: 45.9,
      smGBps: null,
      interDomainSmGBps: null,
    },
    combine: {
      latencyMicroseconds: 18.1,
      interDomainLatencyMicroseconds: 70.7,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 294.5,
      scaleOutGBps: 30.2,
      smGBps: null,
      interDomainSmGBps: null,
    },
    range: { tokensPerRank: [64, 4096], ep: [8, 32], sms: null },
    expectedError: 0.1,
    fittedOn: 'EP8 and EP16 x {128, 4096} tokens',
    source: 'ROCm/mori@05bb5f40 README.md (ConnectX-7)',
  },
  {
    backend: 'mori',
    accelerators: ['mi355x'],
    ratedScaleUpGBps: 538,
    ratedScaleOutGBps: 50,
    overlapExponent: 2.5,
    dispatch: {
      latencyMicroseconds: 27.8,
      interDomainLatencyMicroseconds: 54.6,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 327.2,
      scaleOutGBps: 48.1,
      smGBps: null,
      interDomainSmGBps: null,
    },
    combine: {
      latencyMicroseconds: 18.6,
      interDomainLatencyMicroseconds: 70.2,
      microsecondsPerRemoteExpert: 0,
      scaleUpGBps: 379.6,
      scaleOutGBps: 41.1,
      smGBps: null,
      interDomainSmGBps: null,
    },
    range: { tokensPerRank: [1, 32768], ep: [4, 16], sms: null },
    expectedError: 0.06,
    fittedOn: 'EP8 x {1, 64, 768, 4096, 32768} tokens, EP16 x {1, 64, 768, 8192, 32768}',
    source: 'ROCm/mori@ac97b1d6 docs/EP8.en.md and docs/EP16.en.md (Pensando 400 Gb/s)',
  },
];
