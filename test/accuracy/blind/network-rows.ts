import { deepEpGroups, type NetworkRun } from '../network-run';

/** Where blind rows were published. None of it is in the tables that constants were fitted on. */
export const NETWORK_SOURCES = {
  uccl: 'uccl-project/uccl@021c2c00 ep/README.md',
  fabric: 'perplexityai/pplx-garden@24460037 docs/fabric-lib.md',
  hybrid: 'deepseek-ai/DeepEP@41cad944 (branch hybrid-ep) docs/README_Hybrid-EP.md',
  aws: 'awslabs/awsome-distributed-ai@46793a8d micro-benchmarks/expert-parallelism/ep-backend-comparison/RESULTS-p5.md',
  issue138: 'deepseek-ai/DeepEP issue 138',
  issue148: 'deepseek-ai/DeepEP issue 148',
  issue493: 'deepseek-ai/DeepEP issue 493',
} as const;

/** What a phase was published as: its time, or DeepEP's bandwidth, of which its bytes make a time. */
type Figure = { readonly microseconds: number } | { readonly gbps: number };

export interface BlindPhase {
  readonly source: keyof typeof NETWORK_SOURCES;
  readonly label: string;
  readonly run: NetworkRun;
  readonly phase: 'dispatch' | 'combine';
  readonly figure: Figure;
  /** A row that has told a constant since it was written down. */
  readonly use?: 'fitted';
}

type Pair = readonly [dispatch: number, combine: number];
type Common = Pick<BlindPhase, 'source' | 'label' | 'run'>;

const microseconds = (common: Common, [dispatch, combine]: Pair): BlindPhase[] => [
  { ...common, phase: 'dispatch', figure: { microseconds: dispatch } },
  { ...common, phase: 'combine', figure: { microseconds: combine } },
];
const bandwidths = (common: Common, [dispatch, combine]: Pair): BlindPhase[] => [
  { ...common, phase: 'dispatch', figure: { gbps: dispatch } },
  { ...common, phase: 'combine', figure: { gbps: combine } },
];

/** 4096 tokens and DeepEP's routing, 24 SMs unless a source says otherwise. */
function throughput(accelerator: NetworkRun['accelerator'], ep: number, more: Partial<NetworkRun> = {}) {
  const groups = deepEpGroups(accelerator, ep);
  const backend = 'deepep-high-throughput';
  return { accelerator, backend, ep, tokensPerRank: 4096, sms: 24, groups, ...more } satisfies NetworkRun;
}

const latency = (accelerator: NetworkRun['accelerator'], ep: number, more: Partial<NetworkRun> = {}) =>
  ({ accelerator, backend: 'deepep-low-latency', ep, tokensPerRank: 128, ...more }) satisfies NetworkRun;

const experts = (count: number) => ({ set: { 'model.routedExperts': count } });

/** UCCL's tests across nodes have 288 experts, so that 24 ranks share them. */
const ucclRun = (id: NetworkRun['accelerator'], ep: number) =>
  throughput(id, ep, ep > 8 ? { ...experts(288), groups: [1, 1] } : {});
const ucclLatency = (id: NetworkRun['accelerator'], ep: number) => latency(id, ep, experts(288));

const slowNic = { set: { 'cluster.scaleOutGBps': 25 } };
const bf16 = { dispatchDtype: 'bf16' } as const;

/** ConnectX or NVLink: the networks that constants were fitted on. */
export const throughputRows: readonly BlindPhase[] = [
  ...bandwidths({ source: 'issue138', label: 'H20 EP8', run: throughput('h20', 8) }, [326.56, 332.57]),
  {
    source: 'issue138',
    label: 'H20 EP8, BF16',
    run: throughput('h20', 8, bf16),
    phase: 'dispatch',
    figure: { gbps: 344.45 },
  },
  ...bandwidths(
    { source: 'issue138', label: 'H20 EP16, 200 Gb/s RoCE', run: throughput('h20', 16, slowNic) },
    [17.77, 22.66],
  ),
  {
    source: 'issue138',
    label: 'H20 EP16, 200 Gb/s RoCE, BF16',
    run: throughput('h20', 16, { ...slowNic, ...bf16 }),
    phase: 'dispatch',
    figure: { gbps: 21.0 },
  },
  {
    source: 'issue148',
    label: 'H20 EP16',
    run: throughput('h20', 16),
    phase: 'combine',
    figure: { gbps: 62.15 },
  },
  ...bandwidths({ source: 'issue493', label: 'H200 EP16', run: throughput('h200-sxm', 16) }, [38.19, 44.37]),
  {
    source: 'issue493',
    label: 'H200 EP16, BF16',
    run: throughput('h200-sxm', 16, bf16),
    phase: 'dispatch',
    figure: { gbps: 40.89 },
  },
  ...[
    [16, 246, 302, 348],
    [24, 349, 420, 494],
    [28, 397, 477, 560],
    [32, 443, 524, 619],
    [40, 519, 570, 629],
    [48, 554, 586, 646],
  ].flatMap(([sms, fp8, combine, wide]) => onBlackwell('b200-sxm', 8, sms!, [fp8!, combine!], wide!)),
  ...[
    [8, 16, 248.86, 310.21, 362.01],
    [8, 24, 350.97, 425.95, 512.72],
    [8, 32, 447.76, 519.57, 615.78],
    [16, 16, 242.51, 278.34, 328.8],
    [16, 24, 338.87, 378.32, 442.47],
    [16, 32, 393.72, 442.51, 520.76],
    [24, 16, 258.33, 126.53, 324.64],
    [24, 24, 351.05, 163.62, 450.22],
    [24, 32, 405.04, 207.1, 502.84],
  ].flatMap(([ep, sms, fp8, combine, wide]) =>
    onBlackwell('gb200-nvl72', ep!, sms!, [fp8!, combine!], wide!),
  ),
];

/** DeepEP's kernels as NVIDIA ran them beside its own: 8 experts per rank, uniform routing, times of the whole call. */
function onBlackwell(
  id: NetworkRun['accelerator'],
  ep: number,
  sms: number,
  pair: Pair,
  wide: number,
): BlindPhase[] {
  const run = throughput(id, ep, { sms, groups: [1, 1], ...experts(8 * ep) });
  const name = id === 'b200-sxm' ? 'B200' : 'GB200';
  const common = { source: 'hybrid', label: `${name} EP${ep}, ${sms} SMs`, run } as const;
  return [
    ...bandwidths(common, pair),
    {
      ...common,
      label: `${common.label}, BF16`,
      run: { ...run, ...bf16 },
      phase: 'dispatch',
      figure: { gbps: wide },
      ...(id === 'b200-sxm' && sms <= 32 && { use: 'fitted' as const }),
    },
  ];
}

/** DeepEP low latency, 128 tokens, over ConnectX-7. */
export const latencyRows: readonly BlindPhase[] = (
  [
    [8, 42.6, 72],
    [16, 123.9, 203],
    [32, 159.1, 285],
    [64, 177.9, 325],
  ] as const
).flatMap(([ep, dispatch, combine]) =>
  microseconds({ source: 'fabric', label: `H200 EP${ep}`, run: latency('h200-sxm', ep) }, [
    dispatch,
    combine,
  ]),
);

/** DeepEP's kernels as UCCL-EP ported them to MI300X. */
export const amdRows: readonly BlindPhase[] = [
  ...microseconds({ source: 'uccl', label: 'UCCL low latency EP8', run: ucclLatency('mi300x', 8) }, [65, 92]),
  ...microseconds(
    { source: 'uccl', label: 'UCCL low latency EP16', run: ucclLatency('mi300x', 16) },
    [136, 207],
  ),
  ...microseconds(
    { source: 'uccl', label: 'UCCL low latency EP32', run: ucclLatency('mi300x', 32) },
    [224, 341],
  ),
  ...bandwidths(
    { source: 'uccl', label: 'UCCL EP16, Broadcom Thor 2', run: ucclRun('mi300x', 16) },
    [71, 45],
  ),
  ...bandwidths(
    { source: 'uccl', label: 'UCCL EP32, Broadcom Thor 2', run: ucclRun('mi300x', 32) },
    [49, 50],
  ),
];

/** AWS's Elastic Fabric Adapter, as fast on paper as ConnectX-7: 400 Gb/s per GPU. */
export const efaRows: readonly BlindPhase[] = [
  ...microseconds({ source: 'uccl', label: 'UCCL H200 EP8', run: ucclRun('h200-sxm', 8) }, [500, 973]),
  ...microseconds({ source: 'uccl', label: 'UCCL H200 EP16', run: ucclRun('h200-sxm', 16) }, [1196, 6379]),
  ...microseconds({ source: 'uccl', label: 'UCCL H200 EP24', run: ucclRun('h200-sxm', 24) }, [1633, 6365]),
  ...microseconds({ source: 'uccl', label: 'UCCL H200 EP32', run: ucclRun('h200-sxm', 32) }, [2022, 4899]),
  ...microseconds({ source: 'uccl', label: 'UCCL B200 EP8', run: ucclRun('b200-sxm', 8) }, [571, 727]),
  ...microseconds({ source: 'uccl', label: 'UCCL B200 EP16', run: ucclRun('b200-sxm', 16) }, [1141, 1965]),
  ...microseconds({ source: 'uccl', label: 'UCCL B200 EP24', run: ucclRun('b200-sxm', 24) }, [1637, 2887]),
  ...microseconds({ source: 'uccl', label: 'UCCL B200 EP32', run: ucclRun('b200-sxm', 32) }, [2072, 3724]),
  ...microseconds(
    { source: 'uccl', label: 'UCCL low latency H200 EP16', run: ucclLatency('h200-sxm', 16) },
    [226, 293],
  ),
  ...microseconds(
    { source: 'uccl', label: 'UCCL low latency H200 EP24', run: ucclLatency('h200-sxm', 24) },
    [386, 580],
  ),
  ...microseconds(
    { source: 'uccl', label: 'UCCL low latency H200 EP32', run: ucclLatency('h200-sxm', 32) },
    [465, 694],
  ),
  ...microseconds(
    { source: 'uccl', label: 'UCCL low latency B200 EP16', run: ucclLatency('b200-sxm', 16) },
    [228, 318],
  ),
  ...microseconds(
    { source: 'uccl', label: 'UCCL low latency B200 EP24', run: ucclLatency('b200-sxm', 24) },
    [448, 566],
  ),
  ...microseconds(
    { source: 'uccl', label: 'UCCL low latency B200 EP32', run: ucclLatency('b200-sxm', 32) },
    [406, 617],
  ),
  ...bandwidths(
    { source: 'aws', label: 'DeepEP H100 EP32, BF16', run: throughput('h100-sxm', 32, bf16) },
    [43.7, 46.1],
  ),
  ...bandwidths(
    { source: 'aws', label: 'DeepEP H100 EP64, BF16', run: throughput('h100-sxm', 64, bf16) },
    [39.6, 39.2],
  ),
  ...bandwidths(
    { source: 'aws', label: 'DeepEP low latency H100 EP32', run: latency('h100-sxm', 32) },
    [9.6, 20.7],
  ),
  ...bandwidths(
    { source: 'aws', label: 'DeepEP low latency H100 EP64', run: latency('h100-sxm', 64) },
    [6.5, 15.6],
  ),
];

/** NCCL all-to-all of equal counts over EFA, 64 MiB per rank: bus bandwidth in GB/s. */
export const ncclRows = [
  { gpus: 32, busGBps: 45.1 },
  { gpus: 64, busGBps: 40.4 },
] as const;
