import type { FactValue, FrameworkId } from '../config/fact';
import type { Job } from '../config/job';
import type { Scenario } from '../scenario/scenario';

/** One thing that a framework's files say, as it would have to be for a scenario. */
export interface Spelling {
  /** Name of the fact that states it: `layout.tp`, `megatron.recomputeGranularity`. */
  readonly fact: string;
  /** What it says; `null` where it says nothing: an option that is left out, or off. */
  readonly value: FactValue;
  /** Only where a file has it: it is nothing that could be added. */
  readonly onlyWritten?: true;
}

/** What a field of a scenario is in a framework's files; or why they cannot say it, as the end of a sentence. */
export type Speller = (target: Scenario, job: Job) => readonly Spelling[] | string;

/** How a framework spells what its files do not call as the scenario does. */
export interface Language {
  readonly frameworks: readonly FrameworkId[];
  readonly fields: Readonly<Record<string, Speller>>;
  /** The option or key that states a fact, where it has to be added; `undefined` for what is never added. */
  readonly optionOf: (fact: string) => string | undefined;
  /** Whether the option says what it says by being there, and takes no value. */
  readonly isSwitch?: (fact: string) => boolean;
}

/** The first fact of that name that has a value. */
export const stated = (job: Job, name: string): FactValue | undefined =>
  job.facts.find((fact) => fact.name === name && fact.state !== 'unresolved')?.value;

export const isWritten = (job: Job, name: string): boolean =>
  job.facts.some(
    (fact) => fact.name === name && (fact.state === 'literal' || fact.state === 'constant') && !fact.pin,
  );

/** A value by its name in the framework's files; a sentence where they have none for it. */
export function translated(
  fact: string,
  value: string,
  names: Readonly<Record<string, FactValue>>,
): readonly Spelling[] | string {
  return Object.hasOwn(names, value)
    ? [{ fact, value: names[value]! }]
    : `the framework has no word for ${value} in its options`;
}

/** An option that is on, or left out: said to be off where it would be on then. */
export const flag = (fact: string, isOn: boolean): Spelling => ({ fact, value: isOn ? true : null });
