import type { BackendId, Scenario } from '../scenario/scenario';

/** Square matrix, row-major: `data[i * size + k]` belongs to source i and destination k. */
export interface Matrix {
  readonly size: number;
  readonly data: Float64Array | Float32Array;
}

/**
 * Rows that ranks send over the NIC to each scale-up domain, [sources, domains]: rank r sends by row r mod `sources`. What
 * stands at a rank's own domain stays there.
 */
export interface NicRows {
  readonly sources: number;
  readonly data: Float64Array;
}

/** Whether a time comes from a calibrated backend inside its calibrated range, or from the model outside it. */
export interface Basis {
  readonly kind: 'measured' | 'model';
  /** Error to expect, as a fraction (0.05 = 5 %): the mean of a kernel's rows, the median of a step's. */
  readonly expectedError: number;
  /**
   * Nine of ten measured figures of this kind on rows not fitted lie between `low` and `high`, as fractions of the
   * predicted time (-0.1 = 10 % less).
   */
  readonly interval: { readonly low: number; readonly high: number };
  /**
   * Whether figures of this very kind show the error (accelerator, format, engine, reach, parts of the model; of a kernel its own
   * tables), or none was published and it is what other kinds show of each other where each is predicted without itself: an
   * extrapolation, on which no finding may rest.
   */
  readonly errorFrom: 'same-kind' | 'other-kinds';
  /** Mean error of the kernel alone, where `expectedError` has that of networks in it: of figures of one cluster. */
  readonly kernelError?: number;
  /** What it rests on, in words, with the source. */
  readonly note: string;
}

export interface ParameterCount {
  /** All parameters of the main model. */
  readonly total: number;
  /** Parameters that one token uses: routed experts counted top-k times. */
  readonly active: number;
  /** With multi-token-prediction modules; `null` when the model has none. */
  readonly withMtp: number | null;
  /** As a checkpoint with MTP modules stores it, with their copies of embedding and head; `null` when the model has none. */
  readonly stored: number | null;
  /** The parts of `total`, in elements. */
  readonly parts: {
    readonly embeddings: number;
    readonly attention: number;
    readonly denseMlp: number;
    readonly router: number;
    readonly sharedExperts: number;
    readonly routedExperts: number;
    readonly norms: number;
  };
  /** Parameters of one routed expert. */
  readonly perExpert: number;
}

export interface PlacementResult {
  /**
   * Rank of the EP group (0 … ep-1) that holds each physical expert. Where the dispatcher sends over ETP × EP its ranks are
   * counted instead, rank `e · etp + t` for part t of what EP rank e holds: here the one that holds the first part.
   */
  readonly physicalToRank: readonly number[];
  /** Logical expert of each physical expert. */
  readonly physicalToLogical: readonly number[];
  /** Logical experts on each rank of the EP group. */
  readonly expertsPerRank: readonly (readonly number[])[];
  /** World rank of each rank of the EP group, in the framework's rank order. */
  readonly worldRanks: readonly number[];
  /** Node and scale-up domain index of each rank of the EP group. */
  readonly nodeOfRank: readonly number[];
  readonly domainOfRank: readonly number[];
  /** Number of distinct nodes of the EP group. */
  readonly nodes: number;
  /** MoE layer that slots and traffic are of, from 0. */
  readonly layer: number;
  /** All MoE layers by how even their ranks are. */
  readonly layers: {
    /** [layers] fullest rank over mean; one entry where layers do not differ. */
    readonly maxOverMean: readonly number[];
    readonly mean: number;
    /** Layer of the largest. */
    readonly worst: number;
  };
}

/** Bytes of one phase (dispatch or combine) of one MoE layer of one EP group, forward. */
export interface PhaseTraffic {
  /** Payload with scales of one row, bytes. */
  readonly rowBytes: number;
  /** Bytes of all ranks together that stay on the rank, cross NVLink, cross the NIC (wire bytes). */
  readonly localBytes: number;
  readonly scaleUpBytes: number;
  readonly scaleOutBytes: number;
  /**
   * What a kernel that sends once per node does beyond the matrix of rows: of `scaleUpBytes` those that came over the NIC
   * and are handed on, and of `scaleOutBytes` those that reach a GPU which only hands them on. Local, scale-up and
   * scale-out are together the matrix and the relayed bytes.
   */
  readonly forwardedBytes: number;
  readonly relayedBytes: number;
  /** Bytes as the kernel's own benchmark counts them, all ranks (DeepEP: own rank and node included). */
  readonly logicalBytes: number;
  /**
   * Busiest rank's bytes on each link class, the larger of sent and received, and the bytes its SMs copy; of
   * `scaleUpPairBytes` those from one rank to one other of its scale-up domain, which limit where each pair has a link of its own.
   */
  readonly busiest: {
    readonly scaleUpBytes: number;
    readonly scaleUpPairBytes: number;
    readonly scaleOutBytes: number;
    readonly smBytes: number;
  };
  /** Rank of the EP group with the most bytes on the wire. */
  readonly busiestRank: number;
}

export interface TrafficResult {
  readonly backend: BackendId;
  readonly engine: 'expected' | 'sampled';
  /** How the tokens were routed: expected values, or how many were drawn. */
  readonly note: string;
  readonly tokensPerRank: number;
  /** Dispatch rows (token copies) from rank to rank of the EP group, as the backend really sends them. Combine is the transpose. */
  readonly rows: Matrix;
  /**
   * Dispatch rows from node to node. Those that cross the NIC count once for each scale-up domain where the backend sends
   * them so, at the node that they arrive at; those between nodes of one domain as in `rows`. The diagonal holds the rows
   * that stay within the node, once per token where the backend sends so to other nodes and the node is a domain. Combine
   * is the transpose.
   */
  readonly nodeRows: Matrix;
  /** Scale-up domains of the EP group. */
  readonly domains: number;
  /** Dispatch rows over the NIC from rail to rail (places of GPUs in their node). Off the diagonal they change rails. */
  readonly railRows: Matrix;
  /**
   * Dispatch rows over the NIC where the backend sends one to each scale-up domain, which hands it on; `null` where every
   * row crosses on its own, or none does.
   */
  readonly nicRows: NicRows | null;
  readonly dispatch: PhaseTraffic;
  readonly combine: PhaseTraffic;
  /**
   * Backward, in training: the gradient of combine travels as a dispatch and that of dispatch as a combine, the same rows
   * in combine's format.
   */
  readonly backward: { readonly dispatch: PhaseTraffic; readonly combine: PhaseTraffic } | null;
  /** Collectives that the MoE layer needs beside dispatch and combine, forward. */
  readonly collectives: readonly CollectiveTraffic[];
  /** Means over tokens. `distinct…` include the token's own rank / node when it uses it. */
  readonly perToken: {
    readonly distinctRanks: number;
    readonly distinctNodes: number;
    readonly remoteNodes: number;
  };
  readonly load: {
    /** Assignments per rank and per logical expert (rows before any deduplication). */
    readonly perRank: readonly number[];
    readonly perExpert: readonly number[];
    /** Fullest rank over mean rank, and fullest expert over mean expert. */
    readonly maxOverMean: number;
    readonly expertMaxOverMean: number;
    readonly fullestRank: number;
    /** Assignments dropped by the capacity factor, as a fraction of all. */
    readonly dropped: number;
    /** Rows that only pad experts to their capacity, as a fraction of all rows. */
    readonly padding: number;
  };
}

/** A collective around the experts of one MoE layer, forward; backward each has its counterpart of the same size. */
export interface CollectiveTraffic {
  readonly of: 'expert-tensor' | 'shared-experts';
  readonly collective: 'all-gather' | 'reduce-scatter';
  /** Ranks that take part. */
  readonly ranks: number;
  /** Wire bytes that the busiest rank of the EP group sends. */
  readonly busiestBytes: number;
  /** The formula, and where the framework does it. */
  readonly note: string;
}

export interface PhaseTime {
  readonly microseconds: number;
  readonly boundBy: 'nic' | 'nvlink' | 'sm' | 'latency';
  /** The four terms of T = alpha + (nic^p + nvlink^p + sm^p)^(1/p), microseconds. */
  readonly terms: {
    readonly latency: number;
    readonly nic: number;
    readonly nvlink: number;
    readonly sm: number;
  };
  /** What one GPU reaches on each link class, and on its link to one peer, one direction, GB/s: rates of the calibration, scaled. */
  readonly reached: {
    readonly scaleUpGBps: number;
    readonly scaleUpPairGBps: number;
    readonly scaleOutGBps: number;
  };
  /** p of the formula: 1 where link classes take turns, large where they work beside each other. */
  readonly overlapExponent: number;
}

export interface CommunicationTime {
  readonly dispatch: PhaseTime;
  readonly combine: PhaseTime;
  readonly basis: Basis;
}

/** Bytes on one rank of the EP group, in the pipeline stage that needs most. */
export interface RankMemory {
  readonly rank: number;
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
  readonly activations: number;
  readonly kvCache: number;
  readonly buffers: number;
  /** CUDA context, NCCL and fragmentation: an assumption, shown as one. */
  readonly runtime: number;
  readonly total: number;
  readonly capacity: number;
}

/** Largest values that fit on the fullest rank, each with all else as it is; `null`: not even the smallest does. */
export interface LargestThatFits {
  /** Training: among the sizes that divide the sequences of one data-parallel rank. */
  readonly microBatchSize?: number | null;
  readonly sequenceLength?: number | null;
  /** Serving: with all sequences cached at once. */
  readonly contextLength?: number | null;
  readonly concurrency?: number | null;
}

/**
 * What has no room on the fullest rank. `some-sequences`: all is held, but the cache has fewer sequences at a time than are asked
 * for. `every-sequence`: weights and workspace fit, the cache of a single sequence beside them does not. `memory`: not even they
 * fit.
 */
export type Shortage = 'none' | 'some-sequences' | 'every-sequence' | 'memory';

export interface MemoryResult {
  readonly perRank: readonly RankMemory[];
  readonly fullestRank: number;
  readonly fits: boolean;
  /** Training: it fits by less than published peaks lie above predicted ones. */
  readonly isTight: boolean;
  readonly shortage: Shortage;
  /** Pipeline stage (0-based) that the figures are of, and layer-microbatches whose activations it holds at once. */
  readonly stage: number;
  readonly layersInStage: number;
  readonly inFlight: number;
  /**
   * Serving: sequences that one rank is asked to serve at a time and those whose KV cache fits beside the rest;
   * the others wait. `null` when training.
   */
  readonly kvSequences: { readonly wanted: number; readonly held: number } | null;
  readonly largest: LargestThatFits;
  /** What the figures rest on, one line each. */
  readonly notes: readonly string[];
  /** Parameters that one rank holds, in elements: dense part and routed experts. */
  readonly denseParametersPerRank: number;
  readonly expertParametersPerRank: number;
}

export interface StepPart {
  readonly name:
    | 'attention'
    | 'dense'
    | 'experts'
    | 'waiting'
    | 'alltoall'
    | 'tensor'
    | 'bubble'
    | 'sync'
    | 'other';
  readonly seconds: number;
}

/** One thing that a layer does, on the clock of that layer. */
export interface TimelineSegment {
  readonly what: StepPart['name'] | 'dispatch' | 'combine';
  readonly startSeconds: number;
  readonly seconds: number;
  /** Seconds at its end in which what follows has already begun. */
  readonly hiddenSeconds: number;
}

/** One MoE layer on a rank with the mean load: one microbatch in training, one forward pass in serving. */
export interface LayerTimeline {
  readonly forward: readonly TimelineSegment[];
  /** `null` when serving. */
  readonly backward: readonly TimelineSegment[] | null;
}

export interface StepResult {
  /** One optimizer step (train), one forward pass (prefill, decode). */
  readonly seconds: number;
  readonly tokensPerSecondPerGpu: number;
  /** Share of the accelerator's dense BF16 peak, and the model TFLOP/s behind it (training). */
  readonly mfu?: number;
  readonly modelTFlopsPerGpu?: number;
  readonly tpotMilliseconds?: number;
  readonly ttftMilliseconds?: number;
  readonly parts: readonly StepPart[];
  readonly layer: LayerTimeline;
  /** Of the step, its throughput and TPOT; in mode prefill of the pass and TTFT. */
  readonly basis: Basis;
  /** Of TTFT, where there is one. */
  readonly ttftBasis?: Basis;
}

/** One multiplicative reason between the textbook figure and the exact one. */
export interface ComparisonReason {
  readonly label: string;
  readonly factor: number;
  /** Bytes after this factor is applied. */
  readonly bytes: number;
}

export interface ComparisonEntry {
  /** The formula as written in textbooks, e.g. `2·B·S·H`. */
  readonly formula: string;
  /** What one figure is per: `MoE layer, forward`, `microbatch, forward`, `step`. */
  readonly per: string;
  /** The textbook figure counted in BF16 bytes sent per rank. */
  readonly textbookBytes: number;
  /** Exact bytes sent per rank, same scope. */
  readonly exactBytes: number;
  /** Exact bytes sent per rank in a whole step, forward and backward, all layers and microbatches. */
  readonly exactBytesPerStep: number;
  /** Product of the factors times textbookBytes = exactBytes. */
  readonly reasons: readonly ComparisonReason[];
  readonly note: string;
}

export interface Comparison {
  readonly ep: ComparisonEntry;
  readonly tp: ComparisonEntry;
  readonly dp: ComparisonEntry;
  readonly pp: ComparisonEntry;
}

export type LinkFamily = keyof Comparison;

/** What one rank sends over one link class in a step, mean over the ranks. */
export interface LinkUse {
  readonly link: 'scale-up' | 'scale-out';
  /** Bandwidth of one GPU into the link, one direction, GB/s. */
  readonly ratedGBps: number;
  readonly bytes: readonly { readonly family: LinkFamily; readonly bytes: number }[];
  /** Share of the step in which the rated bandwidth is busy with these bytes. */
  readonly busyShare: number;
}

/**
 * Dispatch as MPI_Alltoallv sees it: send counts are the rows of `traffic.rows`, receive counts its columns,
 * displacements their exclusive prefix sums, all in rows.
 */
export interface Alltoallv {
  /** What an equal-count MPI_Alltoall padded to the largest pair would send, over what Alltoallv sends. */
  readonly paddedOverExact: number;
  /** Largest pair, in rows. */
  readonly largestCount: number;
}

export interface SimulationResult {
  readonly scenario: Scenario;
  readonly parameters: ParameterCount;
  readonly placement: PlacementResult;
  readonly traffic: TrafficResult;
  readonly time: CommunicationTime;
  readonly memory: MemoryResult;
  readonly step: StepResult;
  readonly comparison: Comparison;
  readonly links: readonly LinkUse[];
  readonly alltoallv: Alltoallv;
  readonly milliseconds: number;
}
