import type { AcceleratorId } from '../../src/catalog/accelerators';

/**
 * deepseek-ai/DeepEP@41cad944 (branch hybrid-ep) docs/README_Hybrid-EP.md: 4096 tokens, hidden 7168, top-8, 8 experts per rank,
 * uniform routing; GB/s of FP8 dispatch, BF16 dispatch and combine, of the kernel alone and of the whole call.
 */
export interface HybridEpRow {
  readonly accelerator: AcceleratorId;
  readonly ep: number;
  readonly sms: number;
  readonly kernel: readonly [fp8: number, bf16: number, combine: number];
  readonly call: readonly [fp8: number, bf16: number, combine: number];
}

export const hybridEp: readonly HybridEpRow[] = [
  ...across('h100-sxm', 16, [
    [4, [34.0, 44.4, 52.0], [28.09, 37.08, 42.47]],
    [8, [62.0, 76.8, 68.0], [44.87, 57.74, 56.96]],
    [16, [68.48, 71.71, 62.95], [48.26, 54.47, 53.35]],
  ]),
  ...across('h100-sxm', 32, [
    [4, [38.5, 52.6, 51.0], [32.58, 44.88, 43.6]],
    [8, [51.3, 54.5, 56.4], [41.23, 46.54, 50.68]],
    [16, [55.35, 57.69, 57.46], [42.1, 47.36, 52.53]],
  ]),
  ...across('h100-sxm', 64, [
    [4, [37.5, 48.0, 46.0], [30.42, 40.63, 41.0]],
    [8, [46.63, 50.55, 51.03], [35.71, 41.46, 47.68]],
    [16, [46.52, 49.97, 49.77], [35.01, 41.24, 46.57]],
  ]),
  ...across('b200-sxm', 8, [[16, [599.27, 734.95, 673.84], [409.71, 535.94, 530.86]]]),
  ...across('gb200-nvl72', 8, [
    [16, [620.98, 750.15, 684.27], [421.67, 550.1, 538.44]],
    [32, [713.98, 764.03, 737.13], [455.35, 545.71, 568.94]],
  ]),
  ...across('gb200-nvl72', 16, [
    [16, [577.17, 661.93, 600.75], [397.33, 472.84, 474.48]],
    [32, [650.48, 706.95, 666.26], [444.67, 523.48, 521.55]],
  ]),
  ...across('gb200-nvl72', 24, [
    [16, [360.12, 637.8, 565.53], [281.73, 441.89, 444.4]],
    [32, [577.96, 665.97, 639.8], [403.2, 507.32, 483.76]],
  ]),
  ...across('gb200-nvl72', 32, [
    [16, [286.93, 629.79, 547.25], [236.33, 485.5, 423.19]],
    [32, [538.86, 642.23, 605.15], [392.7, 484.22, 464.54]],
  ]),
  ...across('gb200-nvl72', 36, [
    [16, [260.53, 612.85, 543.27], [215.36, 469.96, 418.27]],
    [32, [489.27, 632.31, 596.99], [361.13, 479.02, 447.89]],
  ]),
];

type Triple = readonly [number, number, number];

function across(
  accelerator: AcceleratorId,
  ep: number,
  bySms: readonly (readonly [sms: number, kernel: Triple, call: Triple])[],
): HybridEpRow[] {
  return bySms.map(([sms, kernel, call]) => ({ accelerator, ep, sms, kernel, call }));
}

/** Megatron-Core MoE paper, Table 7, HybridEP on H100: microseconds, 4096 BF16 tokens of DeepSeek-V3 with its own group limit. */
export const hybridEpMegatron: readonly { ep: number; dispatch: number; combine: number }[] = [
  { ep: 8, dispatch: 661, combine: 624 },
  { ep: 16, dispatch: 1485, combine: 1688 },
  { ep: 32, dispatch: 3064, combine: 3088 },
  { ep: 64, dispatch: 4626, combine: 4398 },
];

/** deepseek-ai/DeepEP issue 590: two nodes of B300 with ConnectX-8 (800 Gb/s), 4096 BF16 tokens, kernels, microseconds. */
export const hybridEpB300 = { ep: 16, dispatch: 2638.9, combine: 2896.4 } as const;
