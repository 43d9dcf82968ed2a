import type {
  CommunicationScenario,
  LayoutScenario,
  Scenario,
  WorkloadScenario,
} from '../../scenario/scenario';
import type { Change } from '../whatif';

/** One legal configuration of a job. */
export interface Configuration {
  readonly scenario: Scenario;
  /** What a what-if sets to get it from the job. */
  readonly changes: () => readonly Change[];
}

/** Configurations that are not legal, with why: a family of them at a time. */
export interface Pruned {
  readonly reason: string;
  readonly count: number;
}

/** What configurations with one layout differ in, beside their microbatch. */
export interface Way {
  readonly communication: CommunicationScenario;
  readonly recompute: WorkloadScenario['recompute'];
}

/** The legal configurations with one layout: every microbatch in every way. */
export interface Family {
  readonly layout: LayoutScenario;
  /** Sequences, the fewest first. */
  readonly microBatches: readonly number[];
  readonly ways: readonly Way[];
  /** Places of those ways that communicate alike. */
  readonly waysTogether: readonly (readonly number[])[];
  readonly makes: Makes;
}

/** What the layouts of a space have in common: how their members are made. */
export interface Makes {
  readonly workload: (
    layout: LayoutScenario,
    microBatchSize: number,
    recompute: Way['recompute'],
  ) => WorkloadScenario;
  /** One member as a whole, which only those need that are kept. */
  readonly member: (layout: LayoutScenario, microBatchSize: number, way: Way) => Configuration;
}

/** Every configuration of a space, legal or not, some families at a time. */
export type Space = Iterable<readonly (Family | Pruned)[]>;

export const isPruned = (candidate: Family | Pruned): candidate is Pruned => 'reason' in candidate;

export const sizeOf = ({ microBatches, ways }: Family): number => microBatches.length * ways.length;

/** The legal ones of a space. */
export function* familiesOf(space: Space): Generator<Family, void, void> {
  for (const some of space) for (const one of some) if (!isPruned(one)) yield one;
}

/** A configuration as a family of its own. */
export function familyOf(configuration: Configuration): Family {
  const { layout, workload, communication } = configuration.scenario;
  return {
    layout,
    microBatches: [workload.microBatchSize],
    ways: [{ communication, recompute: workload.recompute }],
    waysTogether: [[0]],
    makes: { workload: () => workload, member: () => configuration },
  };
}

/** One member of a family. */
export const memberOf = ({ layout, makes }: Family, microBatchSize: number, way: Way): Configuration =>
  makes.member(layout, microBatchSize, way);

/** All members of a family, the smallest microbatch first. */
export function* membersOf(family: Family): Generator<Configuration, void, void> {
  const { microBatches, ways } = family;
  for (const microBatchSize of microBatches)
    for (const way of ways) yield memberOf(family, microBatchSize, way);
}

/** Numbers that divide another, in order. */
export function divisorsOf(value: number): number[] {
  const small: number[] = [];
  for (let divisor = 1; divisor * divisor <= value; divisor++) if (value % divisor === 0) small.push(divisor);
  return [...new Set([...small, ...small.map((divisor) => value / divisor).reverse()])];
}
