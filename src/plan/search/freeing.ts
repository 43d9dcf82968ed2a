import { accelerators } from '../../catalog/accelerators';
import { shardings } from '../../scenario/choices';
import type { FieldName } from '../../scenario/field-name';
import { field, fieldLabel, fieldValue } from '../../scenario/fields';
import type { Scenario } from '../../scenario/scenario';
import type { Change } from '../whatif';
import { evaluator } from './evaluate';
import { givingLimits } from './giving-limits';
import { type PlannedJob, type PlanRequest, spacesOf } from './plan';
import { judgeOf, lookAt } from './search';
import { familiesOf } from './space';

/** A change of one thing after which a search finds something. */
export interface Freeing {
  /** A field of the job; `null` where it is a limit that gives way. */
  readonly change: Change | null;
  readonly label: string;
  readonly value: Change['value'];
  /** What it is now, or was asked for. */
  readonly from: Change['value'];
  readonly unit: string;
}

/** Values of one field to try, the smallest step first. */
interface Trial {
  readonly name: FieldName;
  readonly values: readonly Change['value'][];
}

/** Fields that ease memory or time, and the steps in which they do. */
function trialsOf(job: PlannedJob, request: PlanRequest): readonly Trial[] {
  const { workload, cluster } = job.base;
  const device = accelerators[cluster.accelerator];
  const roomier = Object.values(accelerators)
    .filter(({ memoryGiB }) => memoryGiB > device.memoryGiB)
    .sort((a, b) => a.memoryGiB - b.memoryGiB);
  const halves = (value: number): number[] => [2, 4, 8, 16].map((by) => value / by).filter(Number.isInteger);
  return [
    ...(workload.mode === 'train'
      ? [
          {
            name: 'workload.sharding',
            values: shardings.slice(shardings.indexOf(workload.sharding) + 1),
          } as const,
          { name: 'workload.sequenceLength', values: halves(workload.sequenceLength) } as const,
        ]
      : [{ name: 'workload.concurrency', values: eighths(workload.concurrency) } as const]),
    { name: 'layout.worldSize', values: moreGpus(job.base, gpusOf(job, request)) },
    { name: 'cluster.accelerator', values: roomier.map(({ id }) => id) },
  ];
}

/** Steps down by an eighth of the value and, from half of it on, of each half again. */
function eighths(value: number): number[] {
  const steps = [1, 2, 4, 8].flatMap((by) =>
    [7, 6, 5, 4].map((part) => Math.floor((value * part) / (8 * by))),
  );
  return [...new Set(steps)].filter((step) => step >= 1 && step < value);
}

/** Whole nodes from the next one on: twice as many each time, which serving engines are made of, and in training half as many between. */
function moreGpus({ cluster, workload }: Scenario, asked: readonly number[]): number[] {
  const most = Math.max(...asked);
  const nodes = Math.ceil(most / cluster.gpusPerNode);
  const between = workload.mode === 'train' ? [1.5] : [];
  const steps = [1, 2, 4, 8, 16, 32].flatMap((by) => [by, ...between.map((more) => more * by)]);
  const more = [nodes + 1, ...steps.map((by) => Math.ceil(nodes * by))].sort((a, b) => a - b);
  return [...new Set(more)].map((count) => count * cluster.gpusPerNode).filter((gpus) => gpus > most);
}

/**
 * Where a search finds nothing: of each field that could help, the smallest change of those tried after which it finds something,
 * and of each limit how far it would have to give way.
 *
 * @yields 0, between two trials
 */
export function* freeingChanges(
  job: PlannedJob,
  request: PlanRequest,
): Generator<number, readonly Freeing[], void> {
  const asked = gpusOf(job, request);
  const found: Freeing[] = yield* givingLimits(job, { ...request, gpus: asked });
  for (const { name, values } of trialsOf(job, request)) {
    for (const value of values) {
      yield 0;
      const isGpus = name === 'layout.worldSize';
      const change: Change = { name, value };
      const gpus = isGpus ? [Number(value)] : asked;
      if (!(yield* finds(isGpus ? job : changed(job, change), { ...request, gpus }))) continue;
      const from = isGpus ? Math.max(...asked) : (fieldValue(job.base, name) as Change['value']);
      const label = isGpus ? 'GPUs' : fieldLabel(name);
      found.push({ change, label, value, from, unit: field(name)?.unit ?? '' });
      break;
    }
  }
  return found;
}

const gpusOf = ({ base }: PlannedJob, { gpus }: PlanRequest): readonly number[] =>
  gpus.length > 0 ? gpus : [base.layout.worldSize];

function changed({ resolve }: PlannedJob, change: Change): PlannedJob | null {
  const { scenario } = resolve([change]);
  return scenario && { base: scenario, resolve: (changes) => resolve([change, ...changes]) };
}

/** Whether any configuration keeps to the limits. */
function* finds(job: PlannedJob | null, request: PlanRequest): Generator<number, boolean, void> {
  if (job === null) return false;
  const figures = evaluator(job.base);
  const judge = judgeOf(request.limits);
  for (const space of spacesOf(job, request.gpus)) {
    for (const family of familiesOf(space)) {
      yield 0;
      let isFound = false;
      lookAt(figures(family), family, judge, {
        reject: () => undefined,
        found: () => undefined,
        isHopeful: () => !isFound,
        keepsTo() {
          isFound = true;
        },
      });
      if (isFound) return true;
    }
  }
  return false;
}
