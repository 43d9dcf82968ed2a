export type AcceleratorId =
  | 'a100-sxm-80gb'
  | 'h100-sxm'
  | 'h800-sxm'
  | 'h20'
  | 'h200-sxm'
  | 'b200-sxm'
  | 'gb200-nvl72'
  | 'b300-sxm'
  | 'gb300-nvl72'
  | 'mi300x'
  | 'mi325x'
  | 'mi355x'
  | 'tpu-v5p'
  | 'tpu-v6e';

/** One accelerator in the system it is usually bought in. GB, TB and TFlops are 1e9, 1e12 and 1e12; GiB is 2^30. */
export interface Accelerator {
  readonly id: AcceleratorId;
  /** Short name for tables: `H800`. */
  readonly name: string;
  /** Memory as sold. */
  readonly memoryGB: number;
  /**
   * Memory that the driver reports (nvidia-smi's or rocm-smi's total) before any process has a context.
   * What a process can allocate is less by its runtime (context, NCCL), which the memory model counts apart.
   */
  readonly memoryGiB: number;
  readonly hbmTBps: number;
  /** Dense peaks, without structured sparsity; `null` where the format has no tensor-core path. */
  readonly bf16TFlops: number;
  readonly fp8TFlops: number | null;
  readonly fp4TFlops: number | null;
  /** Bandwidth of one accelerator into the scale-up fabric, one direction. */
  readonly scaleUpGBps: number;
  /** Accelerators that reach each other over that fabric. */
  readonly scaleUpDomain: number;
  readonly gpusPerNode: number;
  /** Network interface bandwidth per accelerator, one direction, as rated. */
  readonly nicGBps: number;
  /** Streaming multiprocessors (AMD: compute units; TPU: tensor cores). */
  readonly sms: number;
  /** What the fabric is called. */
  readonly scaleUpLink: 'NVLink' | 'xGMI' | 'ICI';
  /** `mesh`: one peer gets only its own link, 1/(domain-1) of the fabric; `torus`: only neighbours are one hop away. */
  readonly scaleUpTopology: 'switch' | 'mesh' | 'torus';
  /** Axes of a torus. */
  readonly torusAxes?: number;
  /** `verified`: rates read in a primary source; `secondary`: in a quoting one; `unverified`: derived or from slides. */
  readonly status: 'verified' | 'secondary' | 'unverified';
  /** Source of the rates, then of `memoryGiB`. */
  readonly source: string;
}

export const accelerators: Readonly<Record<AcceleratorId, Accelerator>> = {
  'a100-sxm-80gb': {
    id: 'a100-sxm-80gb',
    name: 'A100',
    memoryGB: 80,
    memoryGiB: 80,
    hbmTBps: 2.039,
    bf16TFlops: 312,
    fp8TFlops: null,
    fp4TFlops: null,
    scaleUpGBps: 300,
    scaleUpDomain: 8,
    gpusPerNode: 8,
    nicGBps: 25,
    sms: 108,
    scaleUpLink: 'NVLink',
    scaleUpTopology: 'switch',
    status: 'verified',
    source: 'NVIDIA A100 datasheet; MegaScale-MoE (arXiv 2505.11432) Table 4. Memory: nvidia-smi 81920 MiB',
  },
  'h100-sxm': {
    id: 'h100-sxm',
    name: 'H100',
    memoryGB: 80,
    memoryGiB: 79.6,
    hbmTBps: 3.35,
    bf16TFlops: 989.4,
    fp8TFlops: 1978.9,
    fp4TFlops: null,
    scaleUpGBps: 450,
    scaleUpDomain: 8,
    gpusPerNode: 8,
    nicGBps: 50,
    sms: 132,
    scaleUpLink: 'NVLink',
    scaleUpTopology: 'switch',
    status: 'verified',
    source: 'NVIDIA H100 datasheet; aiconfigurator h100_sxm.yaml. Memory: nvidia-smi 81559 MiB',
  },
  'h800-sxm': {
    id: 'h800-sxm',
    name: 'H800',
    memoryGB: 80,
    memoryGiB: 79.6,
    hbmTBps: 3.35,
    bf16TFlops: 989.4,
    fp8TFlops: 1978.9,
    fp4TFlops: null,
    scaleUpGBps: 200,
    scaleUpDomain: 8,
    gpusPerNode: 8,
    nicGBps: 50,
    sms: 132,
    scaleUpLink: 'NVLink',
    scaleUpTopology: 'switch',
    status: 'verified',
    source: 'arXiv 2505.09343 section 4.1 (NVLink 160 GB/s effective). Memory: as H100, nvidia-smi 81559 MiB',
  },
  h20: {
    id: 'h20',
    name: 'H20',
    memoryGB: 96,
    memoryGiB: 95.6,
    hbmTBps: 4,
    bf16TFlops: 148,
    fp8TFlops: 296,
    fp4TFlops: null,
    scaleUpGBps: 450,
    scaleUpDomain: 8,
    gpusPerNode: 8,
    nicGBps: 50,
    sms: 78,
    scaleUpLink: 'NVLink',
    scaleUpTopology: 'switch',
    status: 'verified',
    source:
      'MegaScale-MoE Table 4; InferSim hardware table (NIC 25 to 50 GB/s by node type). Memory: nvidia-smi 97871 MiB',
  },
  'h200-sxm': {
    id: 'h200-sxm',
    name: 'H200',
    memoryGB: 141,
    memoryGiB: 140.4,
    hbmTBps: 4.8,
    bf16TFlops: 989.4,
    fp8TFlops: 1978.9,
    fp4TFlops: null,
    scaleUpGBps: 450,
    scaleUpDomain: 8,
    gpusPerNode: 8,
    nicGBps: 50,
    sms: 132,
    scaleUpLink: 'NVLink',
    scaleUpTopology: 'switch',
    status: 'verified',
    source: 'NVIDIA H200 datasheet; aiconfigurator h200_sxm.yaml. Memory: nvidia-smi 143771 MiB',
  },
  'b200-sxm': {
    id: 'b200-sxm',
    name: 'B200',
    memoryGB: 180,
    memoryGiB: 179.1,
    hbmTBps: 8,
    bf16TFlops: 2250,
    fp8TFlops: 4500,
    fp4TFlops: 9000,
    scaleUpGBps: 900,
    scaleUpDomain: 8,
    gpusPerNode: 8,
    nicGBps: 50,
    sms: 148,
    scaleUpLink: 'NVLink',
    scaleUpTopology: 'switch',
    status: 'secondary',
    source:
      'glennklockwood.com/garden/processors/B300 (dense rates); aiconfigurator b200_sxm.yaml. Memory: nvidia-smi 183359 MiB',
  },
  'gb200-nvl72': {
    id: 'gb200-nvl72',
    name: 'GB200',
    memoryGB: 186,
    memoryGiB: 185,
    hbmTBps: 8,
    bf16TFlops: 2500,
    fp8TFlops: 5000,
    fp4TFlops: 10000,
    scaleUpGBps: 900,
    scaleUpDomain: 72,
    gpusPerNode: 4,
    nicGBps: 50,
    sms: 152,
    scaleUpLink: 'NVLink',
    scaleUpTopology: 'switch',
    status: 'verified',
    source: 'MLPerf submission (186 GB); InferSim hardware table. Memory: nvidia-smi 189471 MiB',
  },
  'b300-sxm': {
    id: 'b300-sxm',
    name: 'B300',
    memoryGB: 288,
    memoryGiB: 268.6,
    hbmTBps: 8,
    bf16TFlops: 2250,
    fp8TFlops: 4500,
    fp4TFlops: 13125,
    scaleUpGBps: 900,
    scaleUpDomain: 8,
    gpusPerNode: 8,
    nicGBps: 100,
    sms: 148,
    scaleUpLink: 'NVLink',
    scaleUpTopology: 'switch',
    status: 'secondary',
    source: 'glennklockwood.com/garden/processors/B300, quoting NVIDIA. Memory: nvidia-smi 275040 MiB',
  },
  'gb300-nvl72': {
    id: 'gb300-nvl72',
    name: 'GB300',
    memoryGB: 288,
    memoryGiB: 277.5,
    hbmTBps: 8,
    bf16TFlops: 2500,
    fp8TFlops: 5000,
    fp4TFlops: 15000,
    scaleUpGBps: 900,
    scaleUpDomain: 72,
    gpusPerNode: 4,
    nicGBps: 100,
    sms: 152,
    scaleUpLink: 'NVLink',
    scaleUpTopology: 'switch',
    status: 'unverified',
    source:
      'Derived from NVIDIA rack figures (1.1 EF dense FP4, 360 PF FP8 per 72 GPUs). Memory: nvidia-smi 284208 MiB',
  },
  mi300x: {
    id: 'mi300x',
    name: 'MI300X',
    memoryGB: 192,
    memoryGiB: 192,
    hbmTBps: 5.3,
    bf16TFlops: 1307,
    fp8TFlops: 2614,
    fp4TFlops: null,
    scaleUpGBps: 448,
    scaleUpDomain: 8,
    gpusPerNode: 8,
    nicGBps: 50,
    sms: 304,
    scaleUpLink: 'xGMI',
    scaleUpTopology: 'mesh',
    status: 'secondary',
    source:
      'AMD MI300X data sheet (7 xGMI links of 64 GB/s); Azure ND MI300X v5. Memory: AMD sells GiB as GB (8 stacks of 24 GiB)',
  },
  mi325x: {
    id: 'mi325x',
    name: 'MI325X',
    memoryGB: 256,
    memoryGiB: 256,
    hbmTBps: 6,
    bf16TFlops: 1307,
    fp8TFlops: 2614,
    fp4TFlops: null,
    scaleUpGBps: 448,
    scaleUpDomain: 8,
    gpusPerNode: 8,
    nicGBps: 50,
    sms: 304,
    scaleUpLink: 'xGMI',
    scaleUpTopology: 'mesh',
    status: 'secondary',
    source: 'AMD MI325X data sheet. Memory: AMD sells GiB as GB (8 stacks of 32 GiB)',
  },
  mi355x: {
    id: 'mi355x',
    name: 'MI355X',
    memoryGB: 288,
    memoryGiB: 288,
    hbmTBps: 8,
    bf16TFlops: 2500,
    fp8TFlops: 5000,
    fp4TFlops: 10000,
    scaleUpGBps: 538,
    scaleUpDomain: 8,
    gpusPerNode: 8,
    nicGBps: 50,
    sms: 256,
    scaleUpLink: 'xGMI',
    scaleUpTopology: 'mesh',
    status: 'unverified',
    source: 'AMD slides through secondary sources. Memory: AMD sells GiB as GB (8 stacks of 36 GiB)',
  },
  'tpu-v5p': {
    id: 'tpu-v5p',
    name: 'TPU v5p',
    memoryGB: 95,
    memoryGiB: 95,
    hbmTBps: 2.765,
    bf16TFlops: 459,
    fp8TFlops: null,
    fp4TFlops: null,
    scaleUpGBps: 600,
    scaleUpDomain: 8960,
    gpusPerNode: 4,
    nicGBps: 25,
    sms: 2,
    scaleUpLink: 'ICI',
    scaleUpTopology: 'torus',
    torusAxes: 3,
    status: 'verified',
    source:
      'Google Cloud TPU v5p documentation (ICI 4800 Gbit/s per chip, 3D torus, 4 chips and 200 Gbit/s per host assumed for the data-centre network). Memory: Google writes GiB',
  },
  'tpu-v6e': {
    id: 'tpu-v6e',
    name: 'TPU v6e',
    memoryGB: 32,
    memoryGiB: 31.25,
    hbmTBps: 1.638,
    bf16TFlops: 918,
    fp8TFlops: null,
    fp4TFlops: null,
    scaleUpGBps: 400,
    scaleUpDomain: 256,
    gpusPerNode: 8,
    nicGBps: 25,
    sms: 1,
    scaleUpLink: 'ICI',
    scaleUpTopology: 'torus',
    torusAxes: 2,
    status: 'verified',
    source:
      'Google Cloud TPU v6e documentation (ICI 800 GB/s both directions, 2D torus; data-centre network share assumed). Memory: JAX bytes_limit',
  },
};

/** The catalog entry of one accelerator. */
export function accelerator(id: AcceleratorId): Accelerator {
  return accelerators[id];
}

/** Whether `text` is the id of an accelerator in the catalog. */
export function isAcceleratorId(text: unknown): text is AcceleratorId {
  return typeof text === 'string' && Object.hasOwn(accelerators, text);
}
