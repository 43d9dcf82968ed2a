import type { AcceleratorId } from '../catalog/accelerators';
import type { FrameworkId } from '../config/fact';
import type * as choices from './choices';
import type {
  CompressedAttention,
  LinearMixer,
  MlaDimensions,
  MtpModule,
  SlidingAttention,
  SparseIndexer,
} from './mixers';

/** One of the words of a list of choices, where each is explained. */
type OneOf<T extends readonly string[]> = T[number];

/** One Mixture-of-Experts model, as the simulator needs it. Counts and widths are in elements. */
export interface ModelScenario {
  name: string;
  /** `model_type` of the Hugging Face config that this model has, or would have. */
  family: string;
  hiddenSize: number;
  layers: number;
  vocabSize: number;
  /** Width of the MLP of dense layers; unused when every layer is MoE. */
  intermediateSize: number;
  attentionHeads: number;
  kvHeads: number;
  headDim: number;
  /** Width of a value head where it is not `headDim`; `null` where it is. */
  valueHeadDim: number | null;
  /** `null`: grouped-query (or multi-head) attention. */
  mla: MlaDimensions | null;
  /** `null`: every query attends to all tokens before it. */
  indexer: SparseIndexer | null;
  /** `null`: keys and values of single tokens. */
  compressed: CompressedAttention | null;
  /** Residual streams that are mixed around every sub-layer (DeepSeek-V4); 1 in plain transformers. */
  residualStreams: number;
  /** Each sub-layer reads a mixture of what blocks of layers before it have added, chosen by attention over depth (Kimi-K3). */
  attentionResiduals: boolean;
  /** Sigmoid gate on the output of attention: none, one per head, or one per channel (Qwen3-Next). */
  attentionGate: 'none' | 'per-head' | 'full-width';
  /** Full-attention layers use their keys as values, and have no value projection (Gemma 4). */
  valuesAreKeys: boolean;
  /** Biases on the query, key and value projections / on the output projection. */
  qkvBias: boolean;
  outputBias: boolean;
  /** RMS norms on queries and keys: one weight of headDim each per layer, or over the full projected width. */
  qkNorm: 'none' | 'per-head' | 'full-width';
  /** Learned attention sink, one per query head and layer (gpt-oss). */
  attentionSinks: boolean;
  /** Window of sliding-attention layers in tokens and which layers use it; `null`: all layers attend fully. */
  slidingWindow: number | null;
  slidingLayers: readonly number[];
  /** `null`: sliding layers have the heads of the others. */
  slidingAttention: SlidingAttention | null;
  /** The recurrent mixer and the layers that have it in place of attention; `null` and none in plain transformers. */
  linear: LinearMixer | null;
  linearLayers: readonly number[];
  /** Layers of one sub-layer only: without a mixer, without a feed-forward network (Nemotron-H). */
  mixerFreeLayers: readonly number[];
  feedForwardFreeLayers: readonly number[];
  /** Mixers of one MoE layer, and dense MLPs beside its routed experts: 1 and 0, or 2 and 2 (LongCat), 1 and 1 (Gemma 4). */
  mixersPerMoeLayer: number;
  denseMlpsPerMoeLayer: number;
  /** Norms of a MoE layer or dense layer beyond one per sub-layer, and whether norms and head have biases. */
  extraNorms: number;
  /** Norms of a MoE layer beyond those (A.X-K1: one behind the experts). */
  extraMoeNorms: number;
  /** Mixer and feed-forward network read the same normed hidden states, side by side: one norm per layer (Cohere). */
  parallelSubLayers: boolean;
  normBias: boolean;
  /** Rank of the gate on the norms in front of mixers and experts; 0 without (A.X-K2). */
  gatedNormRank: number;
  headBias: boolean;
  tieWordEmbeddings: boolean;
  routedExperts: number;
  topK: number;
  expertIntermediateSize: number;
  /** Matrices of every MLP: 3 with a gate (SwiGLU), 2 without (squared ReLU). */
  mlpMatrices: number;
  /** Width in which routed experts work, between two projections shared by all; `null`: the hidden size. */
  moeLatentSize: number | null;
  /** A norm in front of the projection out of that width (Kimi-K3). */
  moeLatentNorm: boolean;
  /** Width of as many experts again, behind a router of their own, which only tokens of images reach; 0 without (ERNIE 4.5-VL). */
  visionExpertIntermediateSize: number;
  /** Experts that return their input and have no weights: rows of the router only (LongCat). */
  zeroExperts: number;
  /** Number of shared experts and the total width of all of them together; 0 and 0 when there are none. */
  sharedExperts: number;
  sharedExpertIntermediateSize: number;
  /** Sigmoid gate in front of the shared expert (Qwen2-MoE): one more row of hiddenSize. */
  sharedExpertGate: boolean;
  /** Biases on router and expert projections (gpt-oss). */
  expertBias: boolean;
  /** Layer i is MoE iff i >= firstDenseLayers and (i - moeLayerOffset) % moeLayerFrequency = 0; a list says it per layer. */
  moeLayerFrequency: number | readonly number[];
  moeLayerOffset: number;
  firstDenseLayers: number;
  /** First layers in which the token itself says its experts: their router has no correction bias (DeepSeek-V4). */
  hashLayers: number;
  /** Layers that are dense whatever the rule above says (`mlp_only_layers`). */
  denseLayers: readonly number[];
  /** Multi-token-prediction modules stored with the model. */
  mtpLayers: number;
  mtp: MtpModule;
  /** A weight per channel in front of the router, a scale per expert behind it and one of the layer (Gemma 4). */
  routerScales: boolean;
  router: {
    /** Expert groups for group-limited routing and how many of them one token may use; 1 and 1 when unlimited. */
    groups: number;
    topkGroups: number;
    scoreFunction: 'softmax' | 'sigmoid' | 'sqrtsoftplus';
    /** Per-expert score correction bias (`noaux_tc`): routedExperts more parameters per MoE layer. */
    correctionBias: boolean;
  };
  /** Storage format of the weights when served; training keeps its own recipe. */
  weightDtype: WeightDtype;
}

export type WeightDtype = OneOf<typeof choices.weightDtypes>;
export type WireDtype = OneOf<typeof choices.wireDtypes>;

/**
 * Parallel sizes. Two grids lie over the same ranks: dense TP x CP x DP x PP and expert ETP x EP x EDP x PP.
 * `dp` and `edp` are the data-parallel sizes of the dense and the expert grid, `worldSize` the ranks of one job.
 */
export interface LayoutScenario {
  tp: number;
  pp: number;
  cp: number;
  dp: number;
  ep: number;
  etp: number;
  /** Model chunks per pipeline rank (interleaved 1F1B); 1 when not interleaved. */
  vpp: number;
  sequenceParallel: boolean;
  expertParallelEnabled: boolean;
  attentionDataParallel: boolean;
  edp: number;
  worldSize: number;
  order: RankOrder;
}

export type RankOrder = OneOf<typeof choices.rankOrders>;

export interface ClusterScenario {
  accelerator: AcceleratorId;
  nodes: number;
  gpusPerNode: number;
  /** Ranks that reach each other over NVLink / xGMI; usually gpusPerNode, 72 for NVL72. */
  scaleUpDomain: number;
  /** Unidirectional bandwidth of one GPU into the scale-up fabric, and of its NIC, both GB/s (1e9). */
  scaleUpGBps: number;
  scaleOutGBps: number;
  memoryGiB: number;
}

export type WorkloadMode = OneOf<typeof choices.workloadModes>;
export type AdapterPart = OneOf<typeof choices.adapterParts>;
export type RecomputePart = OneOf<typeof choices.recomputeParts>;
export type TrainingPrecision = OneOf<typeof choices.trainingPrecisions>;
export type StateDtype = OneOf<typeof choices.stateDtypes>;
export type KvCacheDtype = OneOf<typeof choices.kvCacheDtypes>;
export type Overlap = OneOf<typeof choices.overlaps>;

export interface WorkloadScenario {
  mode: WorkloadMode;
  engine: OneOf<typeof choices.servingEngines> | null;
  /** Tokens of one training sequence. */
  sequenceLength: number;
  microBatchSize: number;
  globalBatchSize: number;
  /**
   * Tokens that one rank of the EP group routes in one forward pass of a MoE layer: the mean of whole tokens that are
   * dealt to one rank after the other, so that below 1 some ranks are idle.
   */
  tokensPerRank: number;
  inputLength: number;
  outputLength: number;
  /** Tokens of KV cache held per sequence. */
  contextLength: number;
  /** Sequences that one engine (all its data-parallel ranks together) serves at a time. */
  concurrency: number;
  /** Decode steps from one look for new requests to the next (SGLang); other engines look before every step. */
  receiveInterval: number;
  recompute: 'none' | 'full' | readonly RecomputePart[];
  /** Full recomputation: of groups of `recomputeLayers` layers (uniform), or of so many layers of each chunk (block). */
  recomputeMethod: OneOf<typeof choices.recomputeMethods>;
  recomputeLayers: number;
  precision: TrainingPrecision;
  /**
   * Of the weights that are kept: `fp32` where they are cast only to compute with (PyTorch's mixed precision), `bf16` where
   * the optimizer has its own copy of them, or none.
   */
  parameterDtype: OneOf<typeof choices.parameterDtypes>;
  /** Rank of low-rank adapters (LoRA), which alone are trained; 0: all weights are. */
  adapterRank: number;
  adapterTargets: 'all' | readonly AdapterPart[];
  /** Of the weights beside adapters, which are not trained. */
  frozenDtype: OneOf<typeof choices.frozenDtypes>;
  /** Of gradients as they are accumulated and reduced. */
  gradientDtype: OneOf<typeof choices.gradientDtypes>;
  /** Of the optimizer's master weights (`none`: it updates the weights themselves) and of Adam's two moments. */
  masterDtype: StateDtype;
  momentDtype: StateDtype;
  secondMomentDtype: StateDtype;
  overlap: Overlap;
  kvCacheDtype: KvCacheDtype;
  /**
   * Share of the memory that the engine may use, in the engine's own sense (vLLM gpu_memory_utilization, SGLang
   * mem_fraction_static, TensorRT-LLM free_gpu_memory_fraction); `null`: not known.
   */
  memoryFraction: number | null;
  optimizer: OneOf<typeof choices.optimizers>;
  /** Share of the optimizer's state that lies in host memory and is updated there, 0 to 1. */
  optimizerOffload: number;
  /** Sharded gradients, and sharded weights, lie in host memory between their uses. */
  gradientOffload: boolean;
  parameterOffload: boolean;
  sharding: OneOf<typeof choices.shardings>;
}

/** Numbers by layer: [layers][entries]. */
export type LayerTable = readonly (readonly number[])[];

export interface RoutingScenario {
  distribution: OneOf<typeof choices.distributions>;
  /** Standard deviation of ln(expert popularity) for `lognormal`. */
  sigma: number;
  /** Popularity of the r-th expert is r^-exponent for `zipf`. */
  exponent: number;
  seed: number;
  /** MoE layer that is simulated, from 0; `null` takes the one whose imbalance is nearest to the mean. */
  layer: number | null;
  /** `null`: dropless. */
  capacityFactor: number | null;
  dropPolicy: OneOf<typeof choices.dropPolicies>;
  /** Every expert gets rows up to its capacity, filled where too few tokens chose it. */
  padToCapacity: boolean;
  /** [MoE layers][routedExperts] tokens that each expert got, for `loads`. */
  loads: LayerTable | null;
  /** [tokens][topK] experts that recorded tokens of one layer chose, for `trace`. */
  trace: LayerTable | null;
}

export interface PlacementScenario {
  strategy: OneOf<typeof choices.placementStrategies>;
  redundantExperts: number;
  eplb: boolean;
  /** Standard deviation of ln(load that is served / load that EPLB placed by), per expert. */
  drift: number;
  /** [MoE layers or 1][physical experts] logical expert of each slot, for `explicit`; ranks hold equal runs of slots. */
  slots: LayerTable | null;
}

export type BackendId = OneOf<typeof choices.backends>;

export interface CommunicationScenario {
  backend: BackendId;
  dispatchDtype: WireDtype;
  combineDtype: WireDtype;
  /** Streaming multiprocessors that the communication kernel may use (DeepEP high throughput, HybridEP). */
  sms: number;
}

/** The complete input of the simulator. Every dotted path in it is a name for `--set`, what-ifs and provenance. */
export interface Scenario {
  framework: FrameworkId | null;
  model: ModelScenario;
  layout: LayoutScenario;
  cluster: ClusterScenario;
  workload: WorkloadScenario;
  routing: RoutingScenario;
  placement: PlacementScenario;
  communication: CommunicationScenario;
}
