import type { Fact, FactValue } from '../config/fact';
import type { Origin } from './provenance';

export type SettableValue = number | string | boolean;
export type Values = Readonly<Record<string, SettableValue>>;

/** Turns a raw value into a field's type, or `undefined` when it is not one. */
export type Accept<T> = (value: FactValue | SettableValue) => T | undefined;

export const positiveInteger: Accept<number> = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
export const count: Accept<number> = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
export const amount: Accept<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
export const truth: Accept<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
export const text: Accept<string> = (value) => (typeof value === 'string' ? value : undefined);
export const list: Accept<readonly number[]> = (value) =>
  Array.isArray(value) ? (value as readonly number[]) : undefined;
export const oneOf =
  <T extends string>(...choices: readonly T[]): Accept<T> =>
  (value) =>
    choices.find((choice) => choice === value);

/** A value with the reason for it. */
export interface Sourced<T> {
  readonly value: T;
  readonly origin: Origin;
}

export const assumed = <T>(value: T, why: string): Sourced<T> => ({
  value,
  origin: { kind: 'assumed', why },
});
export const derived = <T>(value: T, rule: string): Sourced<T> => ({
  value,
  origin: { kind: 'derived', rule },
});

/**
 * Decides each field from, in this order: an override (what-if, `--set`), what the files say, the user's settings,
 * and last a derivation or an assumption. Records for every field which of them it was.
 */
export class Resolver {
  readonly provenance: Record<string, Origin> = {};
  /** Why there is no scenario, one sentence each; empty when there is one. */
  readonly problems: string[] = [];
  private readonly factsByName = new Map<string, Fact[]>();

  constructor(
    facts: readonly Fact[],
    private readonly overrides: Values,
    private readonly settings: Values,
  ) {
    for (const fact of facts) {
      const same = this.factsByName.get(fact.name);
      if (same) same.push(fact);
      else this.factsByName.set(fact.name, [fact]);
    }
  }

  /** Facts of that name whose value is known, in the order in which they count. */
  facts(name: string): readonly Fact[] {
    return (this.factsByName.get(name) ?? []).filter(
      (fact) => fact.state !== 'unresolved' && fact.value !== null,
    );
  }

  /** The value that an override, a file or a setting gives; derived facts only when `useDerived` says so. */
  given<T>(name: string, accept: Accept<T>, useDerived = true): Sourced<T> | undefined {
    const override = this.overrides[name];
    if (override !== undefined) {
      const value = accept(override);
      if (value !== undefined) return { value, origin: { kind: 'override' } };
    }
    for (const fact of this.facts(name)) {
      if (fact.state === 'derived' && !useDerived) continue;
      const value = accept(fact.value);
      if (value !== undefined) return { value, origin: originOf(fact) };
    }
    const setting = this.settings[name];
    if (setting !== undefined) {
      const value = accept(setting);
      if (value !== undefined) return { value, origin: { kind: 'setting', setting: name } };
    }
    return undefined;
  }

  /** Like `given`, with what to do when nothing is given. An expression that the file leaves open is named. */
  take<T>(name: string, accept: Accept<T>, fallback: Sourced<T> | (() => Sourced<T>), useDerived = true): T {
    const found = this.given(name, accept, useDerived);
    if (found) return this.set(name, found);
    const other = typeof fallback === 'function' ? fallback() : fallback;
    const open = this.factsByName.get(name)?.find((fact) => fact.state === 'unresolved');
    if (!open) return this.set(name, other);
    const why = `${open.expression ?? open.key} is not known from the file; ${reason(other.origin)}`;
    return this.set(name, assumed(other.value, why));
  }

  /** Like `given`, for what cannot be assumed: a problem is recorded when nothing is given. */
  need(name: string, accept: Accept<number>, what: string): number {
    const found = this.given(name, accept);
    if (found) return this.set(name, found);
    const open = this.factsByName.get(name)?.find((fact) => fact.state === 'unresolved');
    this.problems.push(
      open ? `${what} comes from ${open.expression ?? open.key}.` : `${what} is not stated.`,
    );
    return 1;
  }

  set<T>(name: string, sourced: Sourced<T>): T {
    this.provenance[name] = sourced.origin;
    return sourced.value;
  }

  /** Whether a what-if, `--set` or a scenario file decides the field, whatever else follows from the job's files. */
  isOverridden(name: string): boolean {
    return this.overrides[name] !== undefined || this.factsByName.get(name)?.[0]?.pin === true;
  }
}

/** A detail of the architecture whose absence means "no": it gets an origin only when a file states it. */
export function quiet<T>(r: Resolver, name: string, accept: Accept<T>, otherwise: T): T {
  const found = r.given(name, accept);
  return found ? r.set(name, found) : otherwise;
}

function originOf(fact: Fact): Origin {
  if (fact.file.startsWith('preset:')) {
    return {
      kind: 'preset',
      preset: fact.file.slice('preset:'.length),
      source: fact.origin ?? 'model catalog',
    };
  }
  return { kind: 'fact', fact };
}

function reason(origin: Origin): string {
  if (origin.kind === 'assumed') return origin.why;
  return origin.kind === 'derived' ? origin.rule : 'taken from elsewhere';
}
