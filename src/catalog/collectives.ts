import { type AcceleratorId, accelerator } from './accelerators';

export type CollectiveName = 'allToAll' | 'allGather' | 'reduceScatter' | 'allReduce';

/** Measured bus bandwidth, GB/s (1e9), for groups of 2, 4 and 8 ranks; `null` where the node has fewer. */
export type BusBandwidth = readonly [two: number, four: number, eight: number | null];

export interface MeasuredCollectives {
  readonly busGBps: Readonly<Record<CollectiveName, BusBandwidth>>;
  readonly source: string;
}

const ncclTests =
  'nccl-tests at 512 MiB per rank, FP16: ai-dynamo/aiconfigurator@095f58a5, systems/data/*/comm/nccl/*/nccl_perf.parquet';

/**
 * NCCL bus bandwidth inside one node, by accelerator. Bus bandwidth is bytes of the whole buffer over time, times
 * (n-1)/n, or 2(n-1)/n for all-reduce (nccl-tests doc/PERFORMANCE.md).
 */
export const measuredCollectives: Readonly<Partial<Record<AcceleratorId, MeasuredCollectives>>> = {
  'a100-sxm-80gb': {
    busGBps: {
      allToAll: [164.2, 195.0, 203.0],
      allGather: [150.0, 191.6, 205.4],
      reduceScatter: [166.6, 203.2, 212.8],
      allReduce: [193.0, 216.6, 222.4],
    },
    source: `${ncclTests} (NCCL 2.27.3)`,
  },
  'h100-sxm': {
    busGBps: {
      allToAll: [280.0, 288.2, 315.2],
      allGather: [258.4, 317.6, 335.2],
      reduceScatter: [249.0, 309.8, 335.6],
      allReduce: [318.4, 350.2, 445.0],
    },
    source: `${ncclTests} (NCCL 2.29.2)`,
  },
  'h800-sxm': {
    busGBps: {
      allToAll: [135, 135, 135],
      allGather: [135, 142, 150],
      reduceScatter: [135, 142, 150],
      allReduce: [135, 142, 150],
    },
    source:
      'no nccl-tests table found: all-to-all as DeepEP reaches on 160 of 200 GB/s (arXiv 2505.09343), rings in proportion',
  },
  'h200-sxm': {
    busGBps: {
      allToAll: [297.8, 319.0, 311.2],
      allGather: [257.6, 316.6, 336.8],
      reduceScatter: [247.8, 311.2, 337.2],
      allReduce: [315.0, 348.4, 460.4],
    },
    source: `${ncclTests} (NCCL 2.29.2)`,
  },
  'b200-sxm': {
    busGBps: {
      allToAll: [331.4, 488.0, 563.2],
      allGather: [438.4, 566.6, 617.0],
      reduceScatter: [412.4, 552.4, 613.0],
      allReduce: [534.0, 633.6, 704.0],
    },
    source: `${ncclTests} (NCCL 2.29.2)`,
  },
  'b300-sxm': {
    busGBps: {
      allToAll: [341.2, 502.0, 580.0],
      allGather: [444.4, 572.4, 620.6],
      reduceScatter: [416.4, 557.6, 614.2],
      allReduce: [543.6, 638.4, 703.6],
    },
    source: `${ncclTests} (NCCL 2.29.2)`,
  },
  'gb200-nvl72': {
    busGBps: {
      allToAll: [332.4, 487.8, null],
      allGather: [436.8, 563.6, null],
      reduceScatter: [408.6, 549.0, null],
      allReduce: [529.8, 628.0, null],
    },
    source: `${ncclTests} (NCCL 2.29.2; 4 GPUs per tray)`,
  },
  'gb300-nvl72': {
    busGBps: {
      allToAll: [349.6, 512.0, null],
      allGather: [448.2, 571.6, null],
      reduceScatter: [416.8, 555.6, null],
      allReduce: [544.8, 635.0, null],
    },
    source: `${ncclTests} (NCCL 2.29.2; 4 GPUs per tray)`,
  },
};

/** Share of the rated scale-up bandwidth that rings of 2, 4 and 8 reach where nothing was measured: as on H100, 450 GB/s. */
const RING_SHARE_OF_RATED: BusBandwidth = [0.56, 0.7, 0.745];

/**
 * Bus bandwidth of a ring (mean of all-gather and reduce-scatter) of `ranks` inside one scale-up domain, GB/s.
 * Groups between the measured sizes take the next smaller one, larger groups the largest. On a mesh a group has only
 * the links between its own ranks: N - 1 of them each.
 */
export function ringBusGBps(id: AcceleratorId, ranks: number, ratedScaleUpGBps: number): number {
  const size = sizeOf(ranks);
  const measured = measuredCollectives[id]?.busGBps;
  if (measured) return (at(measured.allGather, size) + at(measured.reduceScatter, size)) / 2;
  const { scaleUpTopology, scaleUpDomain } = accelerator(id);
  if (scaleUpTopology !== 'mesh') return at(RING_SHARE_OF_RATED, size) * ratedScaleUpGBps;
  const links = Math.min(ranks, scaleUpDomain) - 1;
  return (at(RING_SHARE_OF_RATED, 2) * ratedScaleUpGBps * links) / (scaleUpDomain - 1);
}

/** The same of an all-reduce where nothing was measured: as on H100, whose NVSwitch reduces on the way (NVLink SHARP). */
const ALL_REDUCE_SHARE_OF_RATED: BusBandwidth = [0.708, 0.778, 0.989];

/**
 * Bus bandwidth of an all-reduce of `ranks` inside one scale-up domain, GB/s. It is more than that of a ring of both halves: NCCL
 * hands on what it has reduced, and from Hopper on lets NVSwitch reduce for eight GPUs (NVLS, within NVLink only and on by
 * default: NVIDIA/nccl issue 1031, NVIDIA/JAX-Toolbox#1708).
 */
export function allReduceBusGBps(id: AcceleratorId, ranks: number, ratedScaleUpGBps: number): number {
  const measured = measuredCollectives[id]?.busGBps.allReduce;
  if (measured) return at(measured, sizeOf(ranks));
  return accelerator(id).scaleUpTopology === 'switch'
    ? at(ALL_REDUCE_SHARE_OF_RATED, sizeOf(ranks)) * ratedScaleUpGBps
    : ringBusGBps(id, ranks, ratedScaleUpGBps);
}

const sizeOf = (ranks: number): 0 | 1 | 2 => (ranks >= 8 ? 2 : ranks >= 4 ? 1 : 0);

const at = (values: BusBandwidth, size: 0 | 1 | 2): number =>
  size === 2 ? (values[2] ?? values[1]) : values[size];

/**
 * Share of a NIC's rated bandwidth that NCCL rings reach: ConnectX-7 at 400 Gb/s gives 46-49 of 50 GB/s
 * (NVIDIA/nccl-tests issues #267, #290); on H800 clusters 44 (DeepEP README, 22-Apr-2025 kernels).
 */
export function nicShare(id: AcceleratorId): number {
  return id === 'h800-sxm' ? 0.88 : 0.94;
}
