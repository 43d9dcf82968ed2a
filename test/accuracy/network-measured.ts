import type { AcceleratorId } from '../../src/catalog/accelerators';

/** ep, tokens per rank, dispatch and combine microseconds, and whether the constants were fitted on the row. */
export type LatencyRow = readonly [
  accelerator: AcceleratorId,
  ep: number,
  tokensPerRank: number,
  sms: number,
  dispatch: number,
  combine: number,
  use: 'fitted' | 'not fitted',
];

/**
 * ai-dynamo/aiconfigurator@095f58a5, systems data, sglang 0.5.6.post2 (H100, shipped identically as H200) and
 * 0.5.12 (one node). Hidden 7168, top-8 of 256, FP8 dispatch, BF16 combine, balanced.
 */
export const lowLatency: readonly LatencyRow[] = [
  ['h100-sxm', 8, 1, 24, 16.3, 12.2, 'fitted'],
  ['h100-sxm', 8, 16, 24, 17.6, 18.3, 'fitted'],
  ['h100-sxm', 8, 64, 24, 27.8, 40.9, 'fitted'],
  ['h100-sxm', 8, 128, 24, 39.8, 72.4, 'not fitted'],
  ['h100-sxm', 8, 256, 24, 67.0, 136.1, 'fitted'],
  ['h100-sxm', 16, 16, 24, 30.1, 45.9, 'fitted'],
  ['h100-sxm', 16, 64, 24, 58.1, 102.2, 'fitted'],
  ['h100-sxm', 16, 128, 24, 102.1, 186.2, 'not fitted'],
  ['h100-sxm', 16, 256, 24, 183.0, 337.5, 'fitted'],
  ['h100-sxm', 32, 16, 24, 40.2, 56.7, 'not fitted'],
  ['h100-sxm', 32, 128, 24, 143.0, 263.3, 'not fitted'],
  ['h100-sxm', 32, 256, 24, 264.5, 500.2, 'not fitted'],
  ['h100-sxm', 64, 16, 24, 45.7, 59.6, 'fitted'],
  ['h100-sxm', 64, 64, 24, 94.0, 160.3, 'fitted'],
  ['h100-sxm', 64, 128, 24, 166.8, 304.7, 'not fitted'],
  ['h100-sxm', 64, 256, 24, 301.1, 579.5, 'fitted'],
  ['h100-sxm', 8, 16, 24, 15.6, 20.5, 'fitted'],
  ['h100-sxm', 8, 128, 24, 36.7, 67.0, 'fitted'],
  ['h200-sxm', 8, 16, 24, 14.2, 18.3, 'fitted'],
  ['h200-sxm', 8, 128, 24, 35.1, 67.7, 'fitted'],
  ['b200-sxm', 8, 1, 24, 22.1, 22.1, 'not fitted'],
  ['b200-sxm', 8, 16, 24, 23.3, 23.1, 'fitted'],
  ['b200-sxm', 8, 128, 24, 33.0, 40.9, 'fitted'],
  ['b300-sxm', 8, 16, 24, 22.6, 24.5, 'fitted'],
  ['b300-sxm', 8, 128, 24, 33.4, 42.7, 'fitted'],
  ['gb200-nvl72', 4, 16, 24, 18.0, 18.6, 'fitted'],
  ['gb200-nvl72', 4, 128, 24, 26.9, 36.2, 'fitted'],
  ['gb300-nvl72', 4, 128, 24, 26.3, 36.6, 'not fitted'],
];

/** Same source and setting. EP64 rows are left out: outliers with 8 ms of notify time. */
export const highThroughput: readonly LatencyRow[] = [
  ['h100-sxm', 8, 1024, 20, 157.2, 307.1, 'fitted'],
  ['h100-sxm', 8, 4096, 20, 491, 973, 'not fitted'],
  ['h100-sxm', 8, 8192, 20, 965.6, 1831.5, 'fitted'],
  ['h100-sxm', 8, 1024, 24, 154.2, 296.0, 'fitted'],
  ['h100-sxm', 8, 4096, 24, 498, 961, 'not fitted'],
  ['h100-sxm', 8, 8192, 24, 971.8, 1839.0, 'fitted'],
  ['h100-sxm', 16, 1024, 8, 561.8, 1341.0, 'fitted'],
  ['h100-sxm', 16, 1024, 20, 258.0, 612.6, 'fitted'],
  ['h100-sxm', 16, 4096, 20, 844, 2099, 'not fitted'],
  ['h100-sxm', 16, 4096, 24, 749, 1777, 'not fitted'],
  ['h100-sxm', 16, 8192, 8, 3937.0, 9391.0, 'fitted'],
  ['h100-sxm', 16, 8192, 20, 1609.0, 3928.0, 'fitted'],
  ['h100-sxm', 32, 1024, 8, 689.2, 1660.0, 'fitted'],
  ['h100-sxm', 32, 1024, 20, 497.7, 967.9, 'fitted'],
  ['h100-sxm', 32, 4096, 20, 1801, 3528, 'not fitted'],
  ['h100-sxm', 32, 4096, 24, 1791, 3522, 'not fitted'],
  ['h100-sxm', 32, 8192, 8, 4902.0, 11849.0, 'fitted'],
  ['h100-sxm', 32, 8192, 20, 3518.0, 6912.0, 'fitted'],
  ['h200-sxm', 8, 1024, 20, 156.1, 311.5, 'not fitted'],
  ['h200-sxm', 8, 8192, 20, 969.2, 1867.5, 'not fitted'],
  ['h200-sxm', 8, 1024, 24, 155.9, 300.5, 'not fitted'],
  ['h200-sxm', 8, 8192, 24, 973.7, 1835.0, 'not fitted'],
  ['b200-sxm', 8, 1024, 20, 174.0, 296.4, 'fitted'],
  ['b200-sxm', 8, 8192, 20, 977.1, 1643.9, 'fitted'],
  ['b200-sxm', 8, 1024, 24, 153.8, 263.7, 'fitted'],
  ['b200-sxm', 8, 8192, 24, 833.0, 1394.9, 'fitted'],
  ['b300-sxm', 8, 1024, 20, 171.8, 293.3, 'fitted'],
  ['b300-sxm', 8, 8192, 20, 949.2, 1608.0, 'fitted'],
  ['b300-sxm', 8, 1024, 24, 151.8, 260.8, 'fitted'],
  ['b300-sxm', 8, 8192, 24, 812.1, 1375.5, 'fitted'],
  ['gb200-nvl72', 4, 1024, 20, 137.2, 224.0, 'fitted'],
  ['gb200-nvl72', 4, 8192, 20, 793.1, 1321.5, 'fitted'],
  ['gb200-nvl72', 4, 1024, 24, 120.8, 195.8, 'fitted'],
  ['gb200-nvl72', 4, 8192, 24, 671.1, 1119.8, 'fitted'],
];

/** DeepEP README at 3b1045d (later docs/legacy.md), H800, 128 tokens: ep, microseconds and printed GB/s. */
export const lowLatencyH800: readonly {
  ep: number;
  dispatch: number;
  dispatchGBps: number;
  combine: number;
  combineGBps: number;
  use: 'fitted' | 'not fitted';
}[] = [
  { ep: 8, dispatch: 77, dispatchGBps: 98, combine: 114, combineGBps: 127, use: 'fitted' },
  { ep: 16, dispatch: 118, dispatchGBps: 63, combine: 195, combineGBps: 74, use: 'fitted' },
  { ep: 32, dispatch: 155, dispatchGBps: 48, combine: 273, combineGBps: 53, use: 'not fitted' },
  { ep: 64, dispatch: 173, dispatchGBps: 43, combine: 314, combineGBps: 46, use: 'fitted' },
  { ep: 128, dispatch: 192, dispatchGBps: 39, combine: 369, combineGBps: 39, use: 'not fitted' },
  { ep: 256, dispatch: 194, dispatchGBps: 39, combine: 360, combineGBps: 40, use: 'fitted' },
];

/**
 * DeepEP README at 3b1045d, H800, 4096 tokens: GB/s as the test prints them. Its routing allows at most 4
 * groups, one per node. EP128: read off figure 7 of arXiv 2505.09343 (unverified).
 */
export const highThroughputH800: readonly {
  ep: number;
  dispatchGBps: number;
  combineGBps: number;
  use: 'fitted' | 'not fitted';
}[] = [
  { ep: 8, dispatchGBps: 153, combineGBps: 158, use: 'fitted' },
  { ep: 16, dispatchGBps: 43, combineGBps: 43, use: 'fitted' },
  { ep: 32, dispatchGBps: 58, combineGBps: 57, use: 'not fitted' },
  { ep: 64, dispatchGBps: 51, combineGBps: 50, use: 'fitted' },
  { ep: 128, dispatchGBps: 45.34, combineGBps: 41.6, use: 'not fitted' },
];

/** UCCL-EP on MI300X with ConnectX-7, 4096 tokens, same test: GB/s for FP8 and BF16 dispatch and BF16 combine. */
export const ucclMi300x: readonly {
  ep: number;
  fp8: number;
  bf16: number;
  combine: number;
  use: 'fitted' | 'not fitted';
}[] = [
  { ep: 8, fp8: 260, bf16: 295, combine: 304, use: 'fitted' },
  { ep: 16, fp8: 74, bf16: 82, combine: 78, use: 'not fitted' },
  { ep: 32, fp8: 60, bf16: 61, combine: 60, use: 'not fitted' },
  { ep: 64, fp8: 52, bf16: 53, combine: 51, use: 'fitted' },
];

/** Megatron-Core MoE paper, Table 7: NCCL all-to-all on H100, 4096 BF16 tokens, DeepSeek-V3; microseconds. */
export const megatronAlltoall: readonly {
  ep: number;
  dispatch: number;
  combine: number;
  use: 'fitted' | 'not fitted';
}[] = [
  { ep: 8, dispatch: 1265, combine: 1277, use: 'not fitted' },
  { ep: 16, dispatch: 5774, combine: 5628, use: 'not fitted' },
  { ep: 32, dispatch: 8059, combine: 7815, use: 'not fitted' },
  { ep: 64, dispatch: 9164, combine: 8727, use: 'fitted' },
];

/**
 * nccl-tests at 512 MiB per rank, microseconds (aiconfigurator@095f58a5 nccl_perf): GPUs, all-to-all,
 * all-gather, reduce-scatter.
 */
export const ncclTests: readonly {
  accelerator: AcceleratorId;
  gpus: number;
  alltoall: number;
  allGather: number;
  reduceScatter: number;
  use: 'fitted' | 'not fitted';
}[] = [
  {
    accelerator: 'a100-sxm-80gb',
    gpus: 4,
    alltoall: 2065.7,
    allGather: 2102.0,
    reduceScatter: 1982.3,
    use: 'fitted',
  },
  {
    accelerator: 'a100-sxm-80gb',
    gpus: 8,
    alltoall: 2313.5,
    allGather: 2288.0,
    reduceScatter: 2207.1,
    use: 'fitted',
  },
  {
    accelerator: 'h100-sxm',
    gpus: 2,
    alltoall: 958.9,
    allGather: 1038.6,
    reduceScatter: 1077.9,
    use: 'fitted',
  },
  {
    accelerator: 'h100-sxm',
    gpus: 4,
    alltoall: 1397.0,
    allGather: 1267.5,
    reduceScatter: 1299.8,
    use: 'fitted',
  },
  {
    accelerator: 'h100-sxm',
    gpus: 8,
    alltoall: 1490.4,
    allGather: 1401.5,
    reduceScatter: 1399.4,
    use: 'fitted',
  },
  {
    accelerator: 'h200-sxm',
    gpus: 4,
    alltoall: 1262.4,
    allGather: 1271.7,
    reduceScatter: 1294.1,
    use: 'fitted',
  },
  {
    accelerator: 'h200-sxm',
    gpus: 8,
    alltoall: 1509.9,
    allGather: 1395.0,
    reduceScatter: 1393.3,
    use: 'fitted',
  },
  {
    accelerator: 'b200-sxm',
    gpus: 4,
    alltoall: 825.2,
    allGather: 710.6,
    reduceScatter: 728.8,
    use: 'fitted',
  },
  {
    accelerator: 'b200-sxm',
    gpus: 8,
    alltoall: 834.2,
    allGather: 761.4,
    reduceScatter: 766.5,
    use: 'fitted',
  },
  {
    accelerator: 'b300-sxm',
    gpus: 4,
    alltoall: 802.0,
    allGather: 703.4,
    reduceScatter: 722.2,
    use: 'fitted',
  },
  {
    accelerator: 'b300-sxm',
    gpus: 8,
    alltoall: 809.9,
    allGather: 756.9,
    reduceScatter: 764.9,
    use: 'fitted',
  },
  {
    accelerator: 'gb200-nvl72',
    gpus: 4,
    alltoall: 825.4,
    allGather: 714.5,
    reduceScatter: 733.3,
    use: 'fitted',
  },
  {
    accelerator: 'gb300-nvl72',
    gpus: 4,
    alltoall: 786.5,
    allGather: 704.3,
    reduceScatter: 724.7,
    use: 'fitted',
  },
];

/**
 * NVIDIA/TensorRT-LLM docs tech_blog18, one-sided NVLink on GB200 NVL72, BF16, hidden 7168, top-8 of 256: microseconds
 * by tokens per rank.
 */
export const oneSidedTokens = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048] as const;
export const oneSided: readonly {
  ep: number;
  dispatch: readonly number[];
  combine: readonly number[];
}[] = [
  {
    ep: 8,
    dispatch: [18.9, 18.4, 18.1, 17.6, 18.5, 18.2, 22.3, 31.7, 50.8, 89.5, 166.3, 311.8],
    combine: [31.0, 31.1, 31.4, 31.4, 32.6, 32.7, 34.1, 38.1, 53.0, 91.7, 175.6, 322.6],
  },
  {
    ep: 32,
    dispatch: [19.8, 19.7, 19.6, 19.4, 18.9, 21.1, 26.2, 37.8, 61.5, 109.6, 197.5, 373.7],
    combine: [31.4, 31.3, 31.4, 32.2, 33.4, 34.6, 36.4, 41.1, 59.7, 102.5, 197.5, 369.5],
  },
];

/** The same at EP8 and 2048 tokens with 7392-byte (MXFP8) and 4032-byte (NVFP4) rows: dispatch microseconds. */
export const oneSidedNarrow = { fp8: 172.2, fp4: 101.7 } as const;

/** All-reduce of the same nccl-tests, 512 MiB: microseconds. */
export const allReduce: readonly { accelerator: AcceleratorId; gpus: number; microseconds: number }[] = [
  { accelerator: 'a100-sxm-80gb', gpus: 2, microseconds: 2781.1 },
  { accelerator: 'a100-sxm-80gb', gpus: 4, microseconds: 3716.3 },
  { accelerator: 'a100-sxm-80gb', gpus: 8, microseconds: 4225.9 },
  { accelerator: 'h100-sxm', gpus: 2, microseconds: 1686.4 },
  { accelerator: 'h100-sxm', gpus: 4, microseconds: 2299.7 },
  { accelerator: 'h100-sxm', gpus: 8, microseconds: 2111.1 },
  { accelerator: 'h200-sxm', gpus: 2, microseconds: 1703.9 },
  { accelerator: 'h200-sxm', gpus: 4, microseconds: 2311.2 },
  { accelerator: 'h200-sxm', gpus: 8, microseconds: 2040.3 },
  { accelerator: 'b200-sxm', gpus: 2, microseconds: 1005.3 },
  { accelerator: 'b200-sxm', gpus: 4, microseconds: 1270.8 },
  { accelerator: 'b200-sxm', gpus: 8, microseconds: 1334.6 },
  { accelerator: 'b300-sxm', gpus: 2, microseconds: 987.5 },
  { accelerator: 'b300-sxm', gpus: 4, microseconds: 1261.3 },
  { accelerator: 'b300-sxm', gpus: 8, microseconds: 1335.4 },
  { accelerator: 'gb200-nvl72', gpus: 2, microseconds: 1013.4 },
  { accelerator: 'gb200-nvl72', gpus: 4, microseconds: 1282.2 },
  { accelerator: 'gb300-nvl72', gpus: 2, microseconds: 985.4 },
  { accelerator: 'gb300-nvl72', gpus: 4, microseconds: 1268.3 },
];
