import type { Scenario, WorkloadScenario } from '../../scenario/scenario';
import { gradientBytes } from '../parameters/dtypes';
import { linearMixerKind } from '../parameters/linear';
import type { LargestThatFits } from '../result';
import { PUBLISHED_PEAKS } from './published-peaks';
import { RUNTIME_GIB } from './runtime';
import { shardsOnHost } from './states';
import { weightBytes } from './weight-bytes';

/** What the memory figures rest on, one line each. */
export function notesOf(
  scenario: Scenario,
  inFlight: number,
  maxOverMean: number,
  largest: LargestThatFits,
): readonly string[] {
  const own = scenario.workload.mode === 'train' ? trainingNotes(scenario, inFlight) : servingNotes(scenario);
  const notes = [largestNote(largest), ...own];
  return maxOverMean > NOTABLE_SKEW ? [...notes, skewNote(maxOverMean)] : notes;
}

const LARGEST: Readonly<Record<keyof LargestThatFits, { readonly label: string; readonly unit: string }>> = {
  microBatchSize: { label: 'microbatch', unit: 'sequence' },
  sequenceLength: { label: 'sequence', unit: 'token' },
  contextLength: { label: 'context', unit: 'token' },
  concurrency: { label: 'concurrency', unit: 'sequence' },
};

function largestNote(largest: LargestThatFits): string {
  const names = Object.keys(largest) as (keyof LargestThatFits)[];
  const none = names.filter((name) => typeof largest[name] !== 'number').map((name) => LARGEST[name].label);
  const some = names.flatMap((name) => {
    const value = largest[name];
    const { label, unit } = LARGEST[name];
    return typeof value === 'number' ? `${label} ${grouped(value)} ${unit}${value === 1 ? '' : 's'}` : [];
  });
  return [
    ...(some.length > 0 ? [`The largest that fits, each with all else as it is: ${some.join(', ')}.`] : []),
    ...(none.length > 0 ? [`With all else as it is, no ${none.join(' and no ')} fits, however small.`] : []),
  ].join(' ');
}

const NOTABLE_SKEW = 1.005;

const skewNote = (maxOverMean: number): string =>
  `The fullest rank has ${maxOverMean.toFixed(2)} times the mean load, taken for all its MoE layers: where other layers favour other ranks, it needs less.`;

function trainingNotes(
  { model, layout, workload, communication }: Scenario,
  inFlight: number,
): readonly string[] {
  const schedule = layout.vpp > 1 ? 'interleaved 1F1B' : layout.pp > 1 ? '1F1B' : 'no pipeline';
  return [
    `Weights in ${workload.parameterDtype.toUpperCase()}, ${workload.precision.toUpperCase()} GEMMs, gradients of ${gradientBytes(workload)} bytes, ${workload.optimizer} state; dense part over DP × CP = ${grouped(layout.dp * layout.cp)}, experts over EDP = ${grouped(layout.edp)}.`,
    ...adapterNote(workload),
    ...offloadNote(workload),
    `Activations of ${round(inFlight)} layers × microbatches at once (${schedule}), and of half a layer that is running with what it recomputes.`,
    'Activations are the tensors that each layer saves for its backward pass; attention keeps no s² tensor.',
    ...(model.linear === null
      ? []
      : [
          `States at the chunk borders of ${linearMixerKind(model.linear).title} are left out: kernels differ.`,
        ]),
    bufferNote(communication.backend),
    `${RUNTIME_GIB} GiB for CUDA, NCCL and fragmentation are assumed.`,
    PEAKS_NOTE,
  ];
}

const PEAKS_NOTE = `The published peaks of ${PUBLISHED_PEAKS.jobs} training jobs lie between ${Math.round(-100 * PUBLISHED_PEAKS.low)} % below and ${Math.round(100 * PUBLISHED_PEAKS.high)} % above what is predicted for them.`;

const adapterNote = ({ adapterRank, adapterTargets, frozenDtype }: WorkloadScenario): readonly string[] => {
  if (adapterRank === 0) return [];
  const beside = adapterTargets === 'all' ? 'all linear layers' : adapterTargets.join(', ');
  return [
    `Adapters of rank ${adapterRank} beside ${beside} are trained; frozen weights in ${frozenDtype.toUpperCase()} have no gradients and no states. Activations are counted as if all were trained, which is the most.`,
  ];
};

const offloadNote = (workload: WorkloadScenario): readonly string[] => {
  const { optimizerOffload } = workload;
  const { gradients, weights } = shardsOnHost(workload);
  const moved = [
    ...(optimizerOffload === 0 ? [] : [`${round(100 * optimizerOffload)}% of the optimizer state`]),
    ...(gradients ? ['sharded gradients'] : []),
    ...(weights ? ['sharded weights'] : []),
  ];
  return moved.length === 0
    ? []
    : [`In host memory: ${moved.join(', ')}; the time of copies and of the update there is not counted.`];
};

function servingNotes({ model, workload, communication }: Scenario): readonly string[] {
  const cache = workload.kvCacheDtype.toUpperCase();
  return [
    `Weights: ${weightBytes[model.weightDtype].source}; norms, routers, embedding and head in 16 bits.`,
    `KV cache in ${cache} for ${grouped(workload.concurrency)} sequences of ${grouped(workload.contextLength)} tokens over all attention ranks, as far as they fit; further ones wait.`,
    ...cacheNotes(model),
    bufferNote(communication.backend),
    reserveNote(workload),
  ];
}

/** What stands in the KV cache's place in layers that do not keep all keys and values. */
function cacheNotes({ linear, indexer, compressed }: Scenario['model']): readonly string[] {
  return [
    ...(linear === null
      ? []
      : [
          `With it the states of ${linearMixerKind(linear).title}, of one size at every context length: FP32, assumed, and the last inputs of the convolution in BF16.`,
        ]),
    ...(compressed === null
      ? []
      : [
          `It keeps a window of tokens, and before it one entry per ${compressed.chosenRate} or ${compressed.allRate} tokens.`,
        ]),
    ...(indexer === null ? [] : ["With it the indexer's keys, FP8 with an FP32 scale per 128."]),
  ];
}

/** What the engine's own setting leaves alone. */
function reserveNote({ engine, memoryFraction }: WorkloadScenario): string {
  const runtime = `${RUNTIME_GIB} GiB for CUDA, NCCL and fragmentation are assumed.`;
  if (memoryFraction === null || engine === null) return runtime;
  const percent = `${Math.round(100 * memoryFraction)}%`;
  const notes = {
    vllm: `${Math.round(100 * (1 - memoryFraction))}% of the memory is left alone: gpu_memory_utilization is ${memoryFraction}.`,
    sglang: `Weights and cache take at most ${percent} of the memory (mem_fraction_static). ${runtime}`,
    'tensorrt-llm': `The cache takes ${percent} of what is free (free_gpu_memory_fraction). ${runtime}`,
  };
  return notes[engine];
}

function bufferNote(backend: Scenario['communication']['backend']): string {
  return backend === 'deepep-low-latency'
    ? 'Buffers as DeepEP allocates for low latency: one slot per token, rank and local expert, twice.'
    : 'Buffers hold the rows that one MoE layer sends and receives, reused by all layers.';
}

const grouped = (value: number): string => value.toLocaleString('en-US');

const round = (value: number): number => Math.round(value * 10) / 10;
