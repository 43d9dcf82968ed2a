import type { Scenario } from '../../scenario/scenario';
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

/** The legal configurations with one layout. */
export interface Family {
  /** The one that needs least for its batch. */
  readonly least: Scenario;
  readonly count: number;
  readonly members: () => Iterable<Configuration>;
}

/** Every configuration of a space, legal or not. */
export type Space = Iterable<Family | Pruned>;

export const isPruned = (candidate: Family | Pruned): candidate is Pruned => 'reason' in candidate;

/** Numbers that divide another, in order. */
export function divisorsOf(value: number): number[] {
  const small: number[] = [];
  for (let divisor = 1; divisor * divisor <= value; divisor++) if (value % divisor === 0) small.push(divisor);
  return [...new Set([...small, ...small.map((divisor) => value / divisor).reverse()])];
}
