import type { ModelScenario } from '../../src/scenario/scenario';

/** Hand-written model descriptions of the published configs named in each entry; dimensions are facts of those configs. */
const base: ModelScenario = {
  name: '',
  family: '',
  hiddenSize: 0,
  layers: 0,
  vocabSize: 0,
  intermediateSize: 0,
  attentionHeads: 0,
  kvHeads: 0,
  headDim: 128,
  mla: null,
  qkvBias: false,
  outputBias: false,
  qkNorm: 'none',
  attentionSinks: false,
  slidingWindow: null,
  slidingLayers: [],
  tieWordEmbeddings: false,
  routedExperts: 0,
  topK: 0,
  expertIntermediateSize: 0,
  sharedExperts: 0,
  sharedExpertIntermediateSize: 0,
  sharedExpertGate: false,
  expertBias: false,
  moeLayerFrequency: 1,
  moeLayerOffset: 0,
  firstDenseLayers: 0,
  denseLayers: [],
  mtpLayers: 0,
  router: { groups: 1, topkGroups: 1, scoreFunction: 'softmax', correctionBias: false },
  weightDtype: 'bf16',
};

export const mixtral8x7b: ModelScenario = {
  ...base,
  name: 'mistralai/Mixtral-8x7B-v0.1',
  family: 'mixtral',
  hiddenSize: 4096,
  layers: 32,
  vocabSize: 32000,
  attentionHeads: 32,
  kvHeads: 8,
  routedExperts: 8,
  topK: 2,
  expertIntermediateSize: 14336,
};

export const mixtral8x22b: ModelScenario = {
  ...mixtral8x7b,
  name: 'mistralai/Mixtral-8x22B-v0.1',
  hiddenSize: 6144,
  layers: 56,
  attentionHeads: 48,
  expertIntermediateSize: 16384,
};

/** Llama-3-70B with its MLPs copied into 8 experts (arXiv 2504.14960); top-2 is not stated there and assumed. */
export const llama3With8Experts: ModelScenario = {
  ...base,
  name: 'Llama3-8x70B',
  family: 'mixtral',
  hiddenSize: 8192,
  layers: 80,
  vocabSize: 128256,
  attentionHeads: 64,
  kvHeads: 8,
  routedExperts: 8,
  topK: 2,
  expertIntermediateSize: 28672,
};

export const deepseekV3: ModelScenario = {
  ...base,
  name: 'deepseek-ai/DeepSeek-V3',
  family: 'deepseek_v3',
  hiddenSize: 7168,
  layers: 61,
  vocabSize: 129280,
  intermediateSize: 18432,
  attentionHeads: 128,
  kvHeads: 128,
  mla: { qLoraRank: 1536, kvLoraRank: 512, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 128 },
  routedExperts: 256,
  topK: 8,
  expertIntermediateSize: 2048,
  sharedExperts: 1,
  sharedExpertIntermediateSize: 2048,
  firstDenseLayers: 3,
  mtpLayers: 1,
  router: { groups: 8, topkGroups: 4, scoreFunction: 'sigmoid', correctionBias: true },
  weightDtype: 'fp8',
};

export const kimiK2: ModelScenario = {
  ...deepseekV3,
  name: 'moonshotai/Kimi-K2-Instruct',
  family: 'kimi_k2',
  vocabSize: 163840,
  attentionHeads: 64,
  kvHeads: 64,
  routedExperts: 384,
  firstDenseLayers: 1,
  mtpLayers: 0,
  router: { groups: 1, topkGroups: 1, scoreFunction: 'sigmoid', correctionBias: true },
};

const deepseekV2: ModelScenario = {
  ...deepseekV3,
  name: 'deepseek-ai/DeepSeek-V2',
  family: 'deepseek_v2',
  hiddenSize: 5120,
  layers: 60,
  vocabSize: 102400,
  intermediateSize: 12288,
  routedExperts: 160,
  topK: 6,
  expertIntermediateSize: 1536,
  sharedExperts: 2,
  sharedExpertIntermediateSize: 3072,
  firstDenseLayers: 1,
  mtpLayers: 0,
  router: { groups: 8, topkGroups: 3, scoreFunction: 'softmax', correctionBias: false },
  weightDtype: 'bf16',
};

const deepseekV2Lite: ModelScenario = {
  ...deepseekV2,
  name: 'deepseek-ai/DeepSeek-V2-Lite',
  hiddenSize: 2048,
  layers: 27,
  intermediateSize: 10944,
  attentionHeads: 16,
  kvHeads: 16,
  mla: { qLoraRank: null, kvLoraRank: 512, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 128 },
  routedExperts: 64,
  expertIntermediateSize: 1408,
  sharedExpertIntermediateSize: 2816,
  router: { groups: 1, topkGroups: 1, scoreFunction: 'softmax', correctionBias: false },
};

export const qwen3With235b: ModelScenario = {
  ...base,
  name: 'Qwen/Qwen3-235B-A22B',
  family: 'qwen3_moe',
  hiddenSize: 4096,
  layers: 94,
  vocabSize: 151936,
  intermediateSize: 12288,
  attentionHeads: 64,
  kvHeads: 4,
  qkNorm: 'per-head',
  routedExperts: 128,
  topK: 8,
  expertIntermediateSize: 1536,
};

export const qwen3With30b: ModelScenario = {
  ...qwen3With235b,
  name: 'Qwen/Qwen3-30B-A3B',
  hiddenSize: 2048,
  layers: 48,
  intermediateSize: 6144,
  attentionHeads: 32,
  expertIntermediateSize: 768,
};

export const qwen2With57b: ModelScenario = {
  ...base,
  name: 'Qwen/Qwen2-57B-A14B',
  family: 'qwen2_moe',
  hiddenSize: 3584,
  layers: 28,
  vocabSize: 151936,
  intermediateSize: 18944,
  attentionHeads: 28,
  kvHeads: 4,
  qkvBias: true,
  routedExperts: 64,
  topK: 8,
  expertIntermediateSize: 2560,
  sharedExperts: 1,
  sharedExpertIntermediateSize: 20480,
  sharedExpertGate: true,
};

export const gptOss120b: ModelScenario = {
  ...base,
  name: 'openai/gpt-oss-120b',
  family: 'gpt_oss',
  hiddenSize: 2880,
  layers: 36,
  vocabSize: 201088,
  attentionHeads: 64,
  kvHeads: 8,
  headDim: 64,
  qkvBias: true,
  outputBias: true,
  attentionSinks: true,
  slidingWindow: 128,
  slidingLayers: Array.from({ length: 18 }, (_, index) => 2 * index),
  routedExperts: 128,
  topK: 4,
  expertIntermediateSize: 2880,
  expertBias: true,
  weightDtype: 'mxfp4',
};

export const gptOss20b: ModelScenario = {
  ...gptOss120b,
  name: 'openai/gpt-oss-20b',
  layers: 24,
  slidingLayers: Array.from({ length: 12 }, (_, index) => 2 * index),
  routedExperts: 32,
};

const minimaxM2: ModelScenario = {
  ...base,
  name: 'MiniMaxAI/MiniMax-M2.5',
  family: 'minimax_m2',
  hiddenSize: 3072,
  layers: 62,
  vocabSize: 200064,
  attentionHeads: 48,
  kvHeads: 8,
  qkNorm: 'full-width',
  routedExperts: 256,
  topK: 8,
  expertIntermediateSize: 1536,
  router: { groups: 1, topkGroups: 1, scoreFunction: 'sigmoid', correctionBias: true },
  weightDtype: 'fp8',
};

/** All of them, by the name that the rows of measured runs use. */
export const models = {
  mixtral8x7b,
  mixtral8x22b,
  llama3With8Experts,
  deepseekV3,
  kimiK2,
  deepseekV2,
  deepseekV2Lite,
  qwen3With235b,
  qwen3With30b,
  qwen2With57b,
  gptOss120b,
  gptOss20b,
  minimaxM2,
} as const;

export type ModelKey = keyof typeof models;
