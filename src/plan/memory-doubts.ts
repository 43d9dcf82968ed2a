import { accelerator, accelerators } from '../catalog/accelerators';
import type { FieldName } from '../scenario/field-name';
import { fieldLabel, fieldValue } from '../scenario/fields';
import type { Provenance } from '../scenario/provenance';
import type { Scenario } from '../scenario/scenario';
import type { MemoryPart } from '../sim/memory/parts';
import type { RankMemory, SimulationResult } from '../sim/result';

/** What a job's files have beside its scenario that decides whether it fits. */
export interface JobGrounds {
  /** Another file starts the job with options of its own: what is left out here need not be the framework's default. */
  readonly isPartial: boolean;
  /** What lets a rank hold less and is not counted: `offloading (--offload-optimizer-states)`. */
  readonly uncounted: readonly string[];
}

/** A job that is all there. */
export const WHOLE_JOB: JobGrounds = { isPartial: false, uncounted: [] };

/** Why a shortage of memory is not certain, as phrases; both empty where it is. */
export interface MemoryDoubts {
  /** `the accelerator (H100)`, `recompute (none)`. */
  readonly assumed: readonly string[];
  readonly uncounted: readonly string[];
}

export const NO_DOUBTS: MemoryDoubts = { assumed: [], uncounted: [] };

/** Parts of a rank that a field decides. */
interface Ground {
  readonly names: readonly FieldName[];
  readonly parts: readonly MemoryPart[];
}

/** What splits a rank's share of everything. */
const LAYOUT: readonly FieldName[] = ['layout.ep', 'layout.tp', 'layout.pp'];
const STATES: readonly MemoryPart[] = ['optimizer', 'gradients'];

/** Of the cache only that of one sequence counts: how many are served at a time is the engine's choice. */
const SERVING: readonly Ground[] = [
  { names: ['model.weightDtype'], parts: ['weights'] },
  { names: ['workload.contextLength', 'workload.inputLength', 'workload.outputLength'], parts: ['kvCache'] },
];

function trainingGrounds({ workload: { sharding } }: Scenario): readonly Ground[] {
  const sharded: readonly MemoryPart[] =
    sharding === 'parameters' ? [...STATES, 'weights'] : sharding === 'gradients' ? STATES : ['optimizer'];
  return [
    // Without sharding, further ranks of data parallelism hold what the first ones do.
    ...(sharding === 'none' ? [] : [{ names: ['layout.worldSize'] as const, parts: sharded }]),
    {
      names: ['workload.recompute', 'workload.microBatchSize', 'workload.sequenceLength'],
      parts: ['activations', 'buffers'],
    },
    { names: ['workload.sharding'], parts: [...STATES, 'weights'] },
    {
      names: ['workload.optimizer', 'workload.optimizerOffload', 'workload.masterDtype'],
      parts: ['optimizer'],
    },
    { names: ['workload.gradientDtype'], parts: ['gradients'] },
  ];
}

/** Fields of which a framework's default says nothing where another file has the rest of the options. */
const IN_RECIPES = /^(layout|workload)\./;
/** What is less of the shortage than this is not named. */
const NOTABLE_SHARE = 0.1;

/**
 * Why a job whose figures exceed its GPUs may fit all the same; nothing where it does not fit whatever is assumed: what only
 * stated fields decide is more than the stated GPU, or the largest known one.
 */
export function memoryDoubts(
  { scenario, memory }: SimulationResult,
  provenance: Provenance,
  { isPartial, uncounted }: JobGrounds,
): MemoryDoubts {
  const rank = memory.perRank[memory.fullestRank]!;
  const excess = rank.total - rank.capacity;
  if (excess <= 0) return NO_DOUBTS;
  const isOpen = (name: string): boolean => {
    const kind = provenance[name]?.kind;
    return kind === 'assumed' || (isPartial && kind === 'derived' && IN_RECIPES.test(name));
  };
  const grounds = scenario.workload.mode === 'train' ? trainingGrounds(scenario) : SERVING;
  const open = grounds.flatMap(({ names, parts }) => names.filter(isOpen).map((name) => ({ name, parts })));
  const layout = LAYOUT.filter((name) => provenance[name]?.kind === 'assumed');
  const isDeviceOpen = isOpen('cluster.accelerator') && provenance['cluster.memoryGiB']?.kind === 'derived';
  const capacity = isDeviceOpen ? largestMemoryBytes() : rank.capacity;
  const isAnyBound = layout.length === 0 && uncounted.length === 0;
  if (isAnyBound && certainBytes(rank, open) > capacity) return NO_DOUBTS;
  const device = accelerator(scenario.cluster.accelerator).name;
  const notable = open
    .map(({ name, parts }) => ({ name, bytes: sumOf(rank, parts) }))
    .filter(({ bytes }) => bytes > NOTABLE_SHARE * excess)
    .sort((a, b) => b.bytes - a.bytes);
  const shown = (name: FieldName) => `${inSentence(fieldLabel(name))} (${valueShown(scenario, name)})`;
  return {
    assumed: [
      ...(isDeviceOpen ? [`the accelerator (${device})`] : []),
      ...(layout.length > 1 ? ['the layout'] : layout.map(shown)),
      ...notable.map(({ name }) => shown(name)),
    ],
    uncounted,
  };
}

/** Bytes of a rank that no open field decides. */
function certainBytes(rank: RankMemory, open: readonly Pick<Ground, 'parts'>[]): number {
  return rank.total - sumOf(rank, [...new Set(open.flatMap(({ parts }) => parts))]);
}

const sumOf = (rank: RankMemory, parts: readonly MemoryPart[]): number =>
  parts.reduce((sum, part) => sum + rank[part], 0);

const largestMemoryBytes = (): number =>
  Math.max(...Object.values(accelerators).map(({ memoryGiB }) => memoryGiB)) * 2 ** 30;

/** `EP` as it is, `microbatch` for `Microbatch`. */
const inSentence = (label: string): string =>
  /^[A-Z][a-z]/.test(label) ? label[0]!.toLowerCase() + label.slice(1) : label;

function valueShown(scenario: Scenario, name: FieldName): string {
  const value = fieldValue(scenario, name);
  return Array.isArray(value) ? value.join(', ') : String(value);
}
