import { type AcceleratorId, accelerator } from '../../catalog/accelerators';
import { fieldLabel } from '../../scenario/fields';
import type { Refusal } from '../../scenario/refusals/refusal';
import type { BackendId, Scenario } from '../../scenario/scenario';
import { scaleUpText } from '../fabric';
import type { Change } from '../whatif';
import { divisorsOf, type Family, familyOf, type Pruned } from './space';

/** A job with some fields changed, or why there is none. */
export type ResolveChanges = (changes: readonly Change[]) => {
  readonly scenario: Scenario | null;
  readonly refusals: readonly Refusal[];
};

/** The sizes of one engine: `gpus` = PP × attention TP × attention DP, and EP × ETP of a pipeline stage. */
interface EngineSizes {
  readonly gpus: number;
  readonly pp: number;
  readonly tp: number;
  readonly dp: number;
  readonly ep: number;
}

/** How an engine is told its sizes, and which it has. */
interface EngineShape {
  /** EP sizes of so many ranks of a stage. */
  readonly expertSizes: (ranks: number) => readonly number[];
  /** Whether attention may be split so. */
  readonly splits: (tp: number, dp: number) => boolean;
  readonly changes: (sizes: EngineSizes) => readonly Change[];
  /** Why a dispatcher does not run with some sizes; `null` where it does. */
  readonly dispatches?: (sizes: EngineSizes, backend: BackendId) => string | null;
  /** Dispatchers, of prefill and of decode. */
  readonly backends: { readonly prefill: readonly BackendId[]; readonly decode: readonly BackendId[] };
}

const change = (name: string, value: Change['value']): Change => ({ name, value });

/** Sizes as `layout.*` of the scenario has them: TP and DP are those of attention. */
const sized = ({ pp, tp, dp, ep }: EngineSizes): readonly Change[] => [
  change('layout.pp', pp),
  change('layout.tp', tp),
  change('layout.dp', dp),
  change('layout.ep', ep),
];

/** What is written where nothing is dispatched: an all-to-all would set EP in SGLang. */
const GATHERS: BackendId = 'allgather-reducescatter';

const DEEPEP = {
  prefill: ['allgather-reducescatter', 'deepep-high-throughput'],
  decode: ['allgather-reducescatter', 'deepep-low-latency'],
} as const;

/** Sources: vllm-layout.ts, sglang-layout.ts and trtllm-layout.ts of scenario/resolve/, which resolve what is changed here. */
const shapes: Readonly<Record<'vllm' | 'sglang' | 'trtllm' | 'other', EngineShape>> = {
  vllm: {
    expertSizes: (ranks) => (ranks === 1 ? [1] : [1, ranks]),
    splits: () => true,
    changes: sized,
    backends: DEEPEP,
  },
  sglang: {
    expertSizes: divisorsOf,
    splits: () => true,
    changes: (sizes) => [change('layout.attentionDataParallel', sizes.dp > 1), ...sized(sizes)],
    dispatches: ({ ep, tp, dp }, backend) =>
      backend === GATHERS || ep === tp * dp
        ? null
        : `EP ${ep}: SGLang's all-to-all makes EP ${tp * dp}, all ranks of a stage`,
    backends: DEEPEP,
  },
  trtllm: {
    expertSizes: divisorsOf,
    splits: (tp, dp) => tp === 1 || dp === 1,
    changes: (sizes) => [
      change('layout.attentionDataParallel', sizes.dp > 1),
      ...sized(sizes),
      change('layout.etp', (sizes.tp * sizes.dp) / sizes.ep),
    ],
    backends: {
      prefill: ['allgather-reducescatter', 'nvlink-one-sided', 'deepep-high-throughput'],
      decode: ['allgather-reducescatter', 'nvlink-one-sided', 'deepep-low-latency'],
    },
  },
  other: {
    expertSizes: divisorsOf,
    splits: () => true,
    changes: (sizes) => [
      change('layout.worldSize', sizes.gpus),
      change('layout.attentionDataParallel', sizes.dp > 1),
      ...sized(sizes),
      change('layout.etp', (sizes.tp * sizes.dp) / sizes.ep),
    ],
    backends: {
      prefill: ['nccl-alltoall', 'allgather-reducescatter', 'deepep-high-throughput'],
      decode: ['nccl-alltoall', 'allgather-reducescatter', 'deepep-low-latency'],
    },
  },
};

const DEEPEP_KERNELS: ReadonlySet<BackendId> = new Set(['deepep-high-throughput', 'deepep-low-latency']);

/** On AMD's GPUs engines run MoRI where they run DeepEP on NVIDIA's (ROCm/mori@05bb5f40 README.md, framework integration). */
function backendOn(id: AcceleratorId, backend: BackendId): BackendId {
  const isMesh = accelerator(id).scaleUpTopology === 'mesh';
  return isMesh && DEEPEP_KERNELS.has(backend) ? 'mori' : backend;
}

const PIPELINES = [1, 2, 4, 8] as const;

/**
 * Every configuration of a serving job on so many GPUs: engines of equal size side by side, each with its share of the
 * sequences, over sizes, dispatchers and placements. The framework's own rules sort out what is illegal: each configuration is
 * resolved as a what-if is.
 */
export function* servingSpace(
  base: Scenario,
  gpus: number,
  resolve: ResolveChanges,
): Generator<readonly (Family | Pruned)[]> {
  const shape = shapes[shapeOf(base)];
  const { cluster, model, layout, workload } = base;
  const listed = shape.backends[workload.mode === 'prefill' ? 'prefill' : 'decode'];
  const backends = listed.map((backend) => backendOn(cluster.accelerator, backend));
  const perGpu = workload.concurrency / layout.worldSize;
  for (const size of divisorsOf(gpus)) {
    const pipelines = [...new Set([...PIPELINES, layout.pp])].filter((pp) => size % pp === 0);
    for (const pp of pipelines) {
      const ranks = size / (pp * layout.cp);
      if (!Number.isInteger(ranks)) continue;
      for (const tp of divisorsOf(ranks)) {
        if (!shape.splits(tp, ranks / tp)) continue;
        const all = shape.expertSizes(ranks);
        const reason = attentionProblem(tp, cluster, model.attentionHeads);
        if (reason !== null) {
          yield [{ reason, count: all.length }];
          continue;
        }
        for (const ep of all) {
          const sizes: EngineSizes = { gpus: size, pp, tp, dp: ranks / tp, ep };
          const engine = [
            ...shape.changes(sizes),
            change('cluster.nodes', Math.ceil(size / cluster.gpusPerNode)),
            change('workload.concurrency', Math.max(1, Math.round(perGpu * size))),
          ];
          for (const { backend, placements } of waysOf(base, ep, backends)) {
            const excluded = shape.dispatches?.(sizes, backend) ?? null;
            if (excluded !== null) yield [{ reason: excluded, count: placements.length }];
            else {
              const dispatched = [...engine, change('communication.backend', backend)];
              for (const way of placements) yield [asFamily([...dispatched, ...way], resolve)];
            }
          }
        }
      }
    }
  }
}

function shapeOf({ framework }: Scenario): keyof typeof shapes {
  return framework === 'vllm' || framework === 'sglang' || framework === 'trtllm' ? framework : 'other';
}

function attentionProblem(tp: number, cluster: Scenario['cluster'], heads: number): string | null {
  if (tp > cluster.scaleUpDomain) {
    return `TP ${tp}: more than ${scaleUpText({ cluster })}`;
  }
  return heads % tp === 0 ? null : `TP ${tp}: does not divide ${heads} attention heads`;
}

/** A dispatcher with the placements that are tried, as changes. */
interface Dispatch {
  readonly backend: BackendId;
  readonly placements: readonly (readonly Change[])[];
}

/** Dispatchers and placements of an engine of that EP; without expert parallelism there is nothing to choose. */
function waysOf(
  { model, placement }: Scenario,
  ep: number,
  backends: readonly BackendId[],
): readonly Dispatch[] {
  if (ep === 1) return [{ backend: GATHERS, placements: [[]] }];
  const filled = (ep - (model.routedExperts % ep)) % ep;
  const plain = change('placement.eplb', false);
  const explicit = placement.strategy === 'explicit';
  const placements: readonly (readonly Change[])[] = explicit
    ? [[]]
    : [
        [plain, change('placement.redundantExperts', 0)],
        ...[...new Set([filled, filled + ep, placement.redundantExperts])].map((slots) => [
          change('placement.eplb', true),
          change('placement.redundantExperts', slots),
        ]),
      ];
  return backends.map((backend) => ({ backend, placements }));
}

function asFamily(changes: readonly Change[], resolve: ResolveChanges): Family | Pruned {
  const { scenario, refusals } = resolve(changes);
  if (scenario === null) {
    return { reason: refusals.map(familyReason)[0] ?? 'No legal job', count: 1 };
  }
  return familyOf({ scenario, changes: () => changes });
}

/** A refusal without the numbers of one layout. */
const familyReason = ({ reason, fields, message }: Refusal): string =>
  reason === 'contradicted-change'
    ? `${fieldLabel(fields[0]!)}: other values of the job leave no room for it`
    : message.split(':')[0]!;
