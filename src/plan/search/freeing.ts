import { accelerators } from '../../catalog/accelerators';
import type { FieldName } from '../../scenario/field-name';
import { fieldLabel, fieldValue } from '../../scenario/fields';
import type { Scenario } from '../../scenario/scenario';
import type { Change } from '../whatif';
import { evaluator } from './evaluate';
import { type PlannedJob, type PlanRequest, spacesOf } from './plan';
import { judgeOf, lookAt } from './search';
import { type Family, isPruned, type Space } from './space';

/** A change of one field after which a search finds something. */
export interface Freeing {
  readonly change: Change;
  /** What it is now. */
  readonly from: Change['value'];
  readonly label: string;
}

/** Values of one field to try, the smallest step first. */
interface Trial {
  readonly name: FieldName;
  readonly values: readonly Change['value'][];
}

const SHARDINGS = ['none', 'optimizer', 'gradients', 'parameters'] as const;

/** Fields that ease memory or time, and the steps in which they do. */
function trialsOf(base: Scenario): readonly Trial[] {
  const { workload, cluster, layout } = base;
  const device = accelerators[cluster.accelerator];
  const roomier = Object.values(accelerators)
    .filter(({ memoryGiB }) => memoryGiB > device.memoryGiB)
    .sort((a, b) => a.memoryGiB - b.memoryGiB);
  const halves = (value: number): number[] => [2, 4, 8, 16].map((by) => value / by).filter(Number.isInteger);
  const whole = Math.max(1, Math.ceil(layout.worldSize / cluster.gpusPerNode)) * cluster.gpusPerNode;
  const more = [1, 2, 4, 8, 16, 32].map((by) => by * whole).filter((gpus) => gpus !== layout.worldSize);
  const isTraining = workload.mode === 'train';
  return [
    ...(isTraining
      ? [
          {
            name: 'workload.sharding',
            values: SHARDINGS.slice(SHARDINGS.indexOf(workload.sharding) + 1),
          } as const,
          { name: 'workload.sequenceLength', values: halves(workload.sequenceLength) } as const,
        ]
      : [{ name: 'workload.concurrency', values: halves(workload.concurrency) } as const]),
    { name: 'layout.worldSize', values: more },
    { name: 'cluster.accelerator', values: roomier.map(({ id }) => id) },
  ];
}

/**
 * Where a search finds nothing: of each field that could help, the smallest change after which it finds something.
 *
 * @yields 0, between two trials
 */
export function* freeingChanges(
  job: PlannedJob,
  request: PlanRequest,
): Generator<number, readonly Freeing[], void> {
  const found: Freeing[] = [];
  for (const { name, values } of trialsOf(job.base)) {
    for (const value of values) {
      yield 0;
      const isGpus = name === 'layout.worldSize';
      const change: Change = { name, value };
      const gpus = isGpus ? [Number(value)] : gpusOf(job, request);
      if (!(yield* finds(isGpus ? job : changed(job, change), { ...request, gpus }))) continue;
      const from = fieldValue(job.base, name) as Change['value'];
      found.push({ change, from, label: isGpus ? 'GPUs' : fieldLabel(name) });
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

function* familiesOf(space: Space): Generator<Family, void, void> {
  for (const some of space) for (const one of some) if (!isPruned(one)) yield one;
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
