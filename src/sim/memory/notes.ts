import type { Scenario } from '../../scenario/scenario';
import type { TrainingRecipe } from '../compute/recipe';
import { linearMixerKind } from '../parameters/linear';
import { RUNTIME_GIB } from './runtime';
import { weightBytes } from './weight-bytes';

/** What the memory figures rest on, one line each. */
export function notesOf(
  scenario: Scenario,
  recipe: TrainingRecipe,
  inFlight: number,
  maxOverMean: number,
): readonly string[] {
  const notes =
    scenario.workload.mode === 'train' ? trainingNotes(scenario, recipe, inFlight) : servingNotes(scenario);
  return maxOverMean > NOTABLE_SKEW ? [...notes, skewNote(maxOverMean)] : notes;
}

const NOTABLE_SKEW = 1.005;

const skewNote = (maxOverMean: number): string =>
  `The fullest rank has ${maxOverMean.toFixed(2)} times the mean load, taken for all its MoE layers: where other layers favour other ranks, it needs less.`;

function trainingNotes(
  { model, layout, workload, communication }: Scenario,
  recipe: TrainingRecipe,
  inFlight: number,
): readonly string[] {
  const schedule = layout.vpp > 1 ? 'interleaved 1F1B' : layout.pp > 1 ? '1F1B' : 'no pipeline';
  return [
    `Weights in BF16, gradients of ${recipe.gradientBytes} bytes, ${workload.optimizer} state; dense part over DP × CP = ${layout.dp * layout.cp}, experts over EDP = ${layout.edp}.`,
    `${round(inFlight)} layer-microbatches of activations at once (${schedule}), and half a layer that is running.`,
    'Activations are the tensors that each layer saves for its backward pass; attention keeps no s² tensor.',
    ...(model.linear === null
      ? []
      : [
          `States at the chunk borders of ${linearMixerKind(model.linear).title} are left out: kernels differ.`,
        ]),
    bufferNote(communication.backend),
    `${RUNTIME_GIB} GiB for CUDA, NCCL and fragmentation are assumed.`,
  ];
}

function servingNotes({ model, workload, communication }: Scenario): readonly string[] {
  const runtime =
    workload.engine === 'vllm'
      ? "10 % of the memory is left alone: vLLM's default gpu_memory_utilization is 0.9."
      : `${RUNTIME_GIB} GiB for CUDA, NCCL and fragmentation are assumed.`;
  return [
    `Weights: ${weightBytes[model.weightDtype].source}; norms, routers, embedding and head in 16 bits.`,
    `KV cache in BF16 for ${workload.concurrency} sequences of ${workload.contextLength} tokens over all attention ranks, as far as they fit; further ones wait.`,
    ...cacheNotes(model),
    bufferNote(communication.backend),
    runtime,
  ];
}

/** What stands in the KV cache's place in layers that do not keep all keys and values. */
function cacheNotes({ linear, indexer }: Scenario['model']): readonly string[] {
  return [
    ...(linear === null
      ? []
      : [
          `With it the states of ${linearMixerKind(linear).title}, of one size at every context length: FP32, assumed, and the last inputs of the convolution in BF16.`,
        ]),
    ...(indexer === null ? [] : ["With it the indexer's keys, FP8 with an FP32 scale per 128."]),
  ];
}

function bufferNote(backend: Scenario['communication']['backend']): string {
  return backend === 'deepep-low-latency'
    ? 'Buffers as DeepEP allocates for low latency: one slot per token, rank and local expert, twice.'
    : 'Buffers hold the rows that one MoE layer sends and receives, reused by all layers.';
}

const round = (value: number): number => Math.round(value * 10) / 10;
