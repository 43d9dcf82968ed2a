import type { ModelScenario } from '../../../src/scenario/scenario';
import { activationShape, keptBytes, savedTensors } from '../../../src/sim/memory/activations';
import { kvBytesPerSequence } from '../../../src/sim/memory/kv-cache';
import { trainingRankMemory } from '../../../src/sim/memory/training';
import type { LayerKind } from '../../../src/sim/parameters/kinds';
import { denseParametersPerRank } from '../../../src/sim/parameters/rank';
import { simulate } from '../../../src/sim/simulate';
import { measuredPeaks, peakGiB } from '../memory-peaks';
import { deepseekV3, kimiK2, qwen3With30b } from '../models';
import type { AccuracyRow, AccuracyTable } from '../report/table';
import { layoutOf, scenarioOf } from '../scenarios';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

const row = (label: string, predicted: number, measured: number): AccuracyRow => ({
  label,
  predicted,
  measured,
  use: 'not fitted',
});

function cacheRows(): AccuracyRow[] {
  const gib = (bytes: number) => bytes / GIB;
  return [
    row('DeepSeek-V3, bytes per token, BF16', kvBytesPerSequence(deepseekV3, 1, 8, 2), 70_272),
    row('DeepSeek-V3, bytes per token, FP8', kvBytesPerSequence(deepseekV3, 1, 1, 1), 35_136),
    row(
      'DeepSeek-V3, 524,288 tokens in FP8, GiB',
      gib(524_288 * kvBytesPerSequence(deepseekV3, 1, 1, 1)),
      17.16,
    ),
    row(
      'Kimi-K2.5, 2,454,421 tokens in BF16, GiB',
      gib(2_454_421 * kvBytesPerSequence(kimiK2, 1, 1, 2)),
      160.63,
    ),
  ];
}

const moeKind: LayerKind = {
  mixer: 'attention',
  feedForward: 'moe',
  hasIndexer: false,
  routesByToken: false,
};

/** DeepSeek-V3 on 256 GPUs, PP4 VPP4 EP64, in a stage of 16 MoE layers. */
function trainingRowsOf(): AccuracyRow[] {
  const layout = layoutOf({ gpus: 256, pp: 4, ep: 64, vpp: 4 });
  const scenario = scenarioOf(deepseekV3, 'h100-sxm', layout, { globalBatchSize: 8192 });
  const stage = {
    index: 1,
    kinds: [{ kind: moeKind, layers: 16 }],
    denseLayers: 0,
    moeLayers: 16,
    mtpModules: 0,
    hasEmbedding: false,
    hasHead: false,
  };
  const assignments = 4096 * deepseekV3.topK;
  const held = trainingRankMemory(scenario, stage, { experts: 4, assignments });
  const routers = 6 * denseParametersPerRank(deepseekV3, stage, 1).router;
  const layer = savedTensors(deepseekV3, activationShape(scenario, assignments), moeKind);
  return [
    row('Weights and gradients without routers, GiB', (held.weights + held.gradients - routers) / GIB, 36.4),
    row('Optimizer, GiB', held.optimizer / GIB, 32.1),
    row('Activations of 60 layer-microbatches, GiB', (60 * keptBytes(layer, 'none')) / GIB, 131),
    row('Activations of one MoE layer, MiB', keptBytes(layer, 'none') / MIB, 2236),
  ];
}

/** GiB of the fullest rank that Qwen3-30B-A3B trains on with FSDP2 and FP32 shards, EP 8. */
function fullySharded(gpus: number): number {
  const layout = layoutOf({ gpus, ep: 8 });
  const { memory } = simulate(
    scenarioOf(qwen3With30b, 'b200-sxm', layout, {
      sharding: 'parameters',
      parameterDtype: 'fp32',
      masterDtype: 'none',
      globalBatchSize: 8 * gpus,
      microBatchSize: 8,
    }),
  );
  return memory.perRank[memory.fullestRank]!.total / GIB;
}

/** GiB of weights on one of eight GPUs that serve a model with TP 8, experts split like the rest. */
function servedWeights(model: ModelScenario): number {
  const layout = { ...layoutOf({ gpus: 8, tp: 8 }), etp: 8 };
  const workload = { mode: 'decode', engine: 'sglang', concurrency: 8, tokensPerRank: 1 } as const;
  const { memory } = simulate(scenarioOf(model, 'mi325x', layout, workload));
  return memory.perRank[memory.fullestRank]!.weights / GIB;
}

/** [GPUs, GiB per GPU] of one model and batch per rank. */
const MEASURED_OVER_RANKS = [
  [8, 167.93],
  [16, 138.75],
  [32, 124.58],
  [64, 117.5],
  [128, 114.78],
] as const;

/** What twice the ranks free, which the states decide alone. */
function shardingRows(): AccuracyRow[] {
  return MEASURED_OVER_RANKS.slice(1).map(([gpus, gib], index) => {
    const [before, more] = MEASURED_OVER_RANKS[index]!;
    return row(`${before} to ${gpus} GPUs, GiB less`, fullySharded(before) - fullySharded(gpus), more - gib);
  });
}

export function memoryTables(): AccuracyTable[] {
  return [
    {
      title: 'KV cache',
      unit: 'bytes or GiB',
      about: 'arXiv 2505.09343 Table 1 and what SGLang logs while it allocates.',
      rows: cacheRows(),
      limits: { max: 0.001 },
    },
    {
      title: 'Held out: weights that an engine logs',
      unit: 'GiB per GPU',
      about:
        'What SGLang logs after loading over TP 8: DeepSeek-R1 in FP8 on MI308X (sgl-project/sglang, issue 6001), where every GPU also holds a whole copy of the shared experts, 2.1 GiB more than its share; and Kimi-K2.5 in INT4, TP 8 by its size, with a vision tower that is not counted.',
      rows: [
        row('DeepSeek-R1, FP8', servedWeights(deepseekV3), 81.66),
        row('Kimi-K2.5, INT4', servedWeights({ ...kimiK2, weightDtype: 'int4' }), 73.58),
      ],
      limits: { max: 0.04 },
    },
    {
      title: 'Training memory',
      unit: 'GiB or MiB',
      about:
        'DeepSeek-V3 in BF16, PP4 VPP4 EP64 on 256 GPUs, arXiv 2603.07685 Table 3 and the tensors behind it: calculated there too, not measured.',
      rows: trainingRowsOf(),
      limits: { max: 0.012 },
    },
    {
      title: 'Held out: peaks of training jobs',
      unit: 'GiB per GPU',
      about:
        'What the authors of 12 recipes say that a GPU needed: torchtitan’s log of one job (its allocator’s peak), and the first lines of ms-swift’s examples, rounded by them and probably read with nvidia-smi, for full training, an optimizer on the host, and LoRA. The 5 GiB for CUDA, NCCL and fragmentation are an assumption, nothing was fitted, and tokens are spread evenly; real peaks are mostly higher. A total that leaves less than a fifth of a GPU free is thus not sure to fit.',
      rows: measuredPeaks.map((peak) => row(peak.label, peakGiB(peak), peak.gib)),
      limits: { mean: 0.13, median: 0.14, max: 0.22 },
    },
    {
      title: 'Held out: memory that further ranks free',
      unit: 'GiB',
      about:
        'Qwen3-30B-A3B on B200, torchtitan with FSDP2 and FP32 parameters, EP 8, one batch per rank on 8 to 128 GPUs (NousResearch/torchtitan, pull request 19). The allocator’s peak is measured, and what one row needs less than the one before is compared: 16 bytes per parameter, sharded further. The sequence length is not published, so that the peaks themselves cannot be compared. The last row is the difference of two large figures.',
      rows: shardingRows(),
      limits: { median: 0.02 },
    },
  ];
}
