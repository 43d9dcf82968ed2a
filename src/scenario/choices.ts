/**
 * The words that fields with a choice may hold: types, parsing and the lists on screen are made of these, in this order.
 */

/** Storage formats of weights when served. */
export const weightDtypes = [
  'bf16',
  'fp16',
  'fp8',
  'mxfp4',
  'mxfp4-fp8',
  'nvfp4',
  'int4',
  'int4-linear',
  'int8',
] as const;
/** Formats of the rows that dispatch and combine send. */
export const wireDtypes = ['bf16', 'fp8', 'fp4'] as const;

/**
 * How world ranks run through the grids, leftmost dimension fastest; `tp` stands for ETP in the expert grid. Without `ep`
 * (vLLM) the experts are spread over TP, CP and DP together.
 */
export const rankOrders = [
  'tp-cp-ep-dp-pp',
  'tp-cp-ep-pp-dp',
  'tp-cp-dp-ep-pp',
  'tp-cp-pp-dp',
  'ep-tp-cp-pp',
] as const;

/** `serve`: one engine that prefills and decodes; a step of it is one of decode. */
export const workloadModes = ['train', 'prefill', 'decode', 'serve'] as const;
export const servingEngines = ['vllm', 'sglang', 'tensorrt-llm'] as const;

/** Modules of Megatron's `--recompute-modules`; and `moe_experts`: routed experts alone, between dispatch and combine. */
export const recomputeParts = [
  'layernorm',
  'mla_up_proj',
  'moe_act',
  'moe_experts',
  'mlp',
  'moe',
  'shared_experts',
  'core_attn',
] as const;
export const recomputeMethods = ['uniform', 'block'] as const;
/** Formats of linear layers and experts while training; attention, router and head compute in BF16. */
export const trainingPrecisions = ['bf16', 'fp8', 'fp8-blockwise', 'mxfp8'] as const;
/** Formats in which training keeps its weights between steps; it computes in 16 bits or less of them. */
export const parameterDtypes = ['bf16', 'fp32'] as const;
/** Formats of weights that are not trained: 8 and 4 bits are bitsandbytes' (LLM.int8, NF4 of QLoRA). */
export const frozenDtypes = ['bf16', 'fp32', 'fp8', 'int8', 'nf4'] as const;
/** Linear layers that low-rank adapters stand beside. */
export const adapterParts = ['attention', 'mlp', 'shared_experts', 'experts'] as const;
export const gradientDtypes = ['fp32', 'bf16'] as const;
export const stateDtypes = ['fp32', 'fp16', 'bf16', 'fp8', 'none'] as const;
export const optimizers = ['adam', 'adam-bf16-moments', 'sgd'] as const;
/** What is sharded over data parallel ranks: ZeRO-1, 2, 3 (FSDP). */
export const shardings = ['none', 'optimizer', 'gradients', 'parameters'] as const;
/** What runs beside the compute of another (micro)batch: nothing, dispatch and combine of a microbatch, or of half a batch. */
export const overlaps = ['none', 'expert-parallel', 'two-batch'] as const;
export const kvCacheDtypes = ['bf16', 'fp8', 'fp4'] as const;

/** Recurrent mixers, which keep a state in place of keys and values. */
export const linearMixers = [
  'gated-deltanet',
  'kimi-delta',
  'lightning',
  'mamba2',
  'mamba',
  'short-conv',
] as const;

export const distributions = ['balanced', 'lognormal', 'zipf', 'loads', 'trace'] as const;
/** Which assignments an expert drops beyond its capacity: those of least probability, or of the last tokens. */
export const dropPolicies = ['probs', 'position'] as const;
export const placementStrategies = ['linear', 'round-robin', 'eplb', 'explicit'] as const;
export const backends = [
  'nccl-alltoall',
  'allgather-reducescatter',
  'deepep-high-throughput',
  'deepep-low-latency',
  'nvlink-one-sided',
  'hybrid-ep',
  'mori',
] as const;
