import type { Fact, FactValue } from '../../config/fact';
import type { FieldName } from '../field-name';
import { field } from '../fields';
import { rangeProblem } from '../fields/range';
import type { Origin } from '../provenance';
import type { DetailsOf, ReasonId } from '../refusals/reasons';
import { type Refusal, refusal } from '../refusals/refusal';
import type { SettableValue, Values } from '../values';

/** Turns a raw value into a field's type, or `undefined` when it is not one. */
export type Accept<T> = (value: FactValue | SettableValue) => T | undefined;

export const positiveInteger: Accept<number> = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
export const count: Accept<number> = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
export const amount: Accept<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
export const positiveAmount: Accept<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
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
/** @param fact what a file says under another name, from which the value follows */
export const derived = <T>(value: T, rule: string, fact?: Fact): Sourced<T> => ({
  value,
  origin: { kind: 'derived', rule, ...(fact ? { fact } : {}) },
});

/**
 * Decides each field from, in this order: an override (what-if, `--set`), what the files say, the user's settings,
 * and last a derivation or an assumption. Records for every field which of them it was.
 */
export class Resolver {
  readonly provenance: Record<string, Origin> = {};
  /** Why there is no scenario; empty when there is one. */
  readonly refusals: Refusal[] = [];
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

  /**
   * Like `given`, with what to do when nothing is given. An expression that the file leaves open is named, and so is a
   * value that the field cannot hold.
   */
  take<T>(name: string, accept: Accept<T>, fallback: Sourced<T> | (() => Sourced<T>), useDerived = true): T {
    const found = this.given(name, accept, useDerived);
    if (found) return this.set(name, found);
    const other = typeof fallback === 'function' ? fallback() : fallback;
    const passed = this.passedOver(name, useDerived);
    if (!passed) return this.set(name, other);
    const why = `${passed.why}; ${reason(other.origin)}`;
    return this.set(name, { value: other.value, origin: { kind: 'assumed', why, fact: passed.fact } });
  }

  /** Like `given`, for what cannot be assumed: without it there is no scenario. */
  need(name: FieldName, accept: Accept<number>, what: string): number {
    const found = this.given(name, accept);
    if (found) return this.set(name, found);
    const passed = this.passedOver(name, true);
    this.provenance[name] = { kind: 'unknown', ...(passed ? { fact: passed.fact } : {}) };
    if (!passed || passed.fact.value === UNSET) this.refuse('not-stated', { field: name, what });
    else if (passed.fact.state === 'unresolved') {
      this.refuse('not-known', { field: name, what, expression: expressionOf(passed.fact) });
    } else this.refuse('illegal-value', { field: name, problem: `${passed.why}.` });
    return 1;
  }

  /** Like `need` for a field that nothing says anything about, when another refusal says so of several. */
  missing(name: FieldName): number {
    this.provenance[name] = { kind: 'unknown' };
    return 1;
  }

  /** What a file says of a field without giving it a value: an expression that is open, or what no field can hold. */
  private passedOver(
    name: string,
    useDerived: boolean,
  ): { readonly fact: Fact; readonly why: string } | undefined {
    const open = this.factsByName.get(name)?.find((fact) => fact.state === 'unresolved');
    if (open) return { fact: open, why: `${expressionOf(open)} is not known from the file` };
    const odd = this.facts(name).find((fact) => useDerived || fact.state !== 'derived');
    return odd && { fact: odd, why: `${odd.key} ${String(odd.value)} is not ${holds(name, odd)}` };
  }

  /** Whether a file says something of a field, known or open. */
  mentions(name: string): boolean {
    const isSaid = ({ state, value }: Fact) => state === 'unresolved' || (value !== null && value !== UNSET);
    return this.factsByName.get(name)?.some(isSaid) ?? false;
  }

  /** There is no scenario, for this reason. */
  refuse<I extends ReasonId>(id: I, details: DetailsOf<I>): void {
    this.refusals.push(refusal(id, details));
  }

  /** Decides a field. One that is needed and not known stays so, whatever follows from what stands in for it. */
  set<T>(name: string, { value, origin }: Sourced<T>): T {
    if (this.provenance[name]?.kind === 'unknown') return value;
    this.provenance[name] = origin.kind === 'derived' ? this.withLine(name, origin) : origin;
    return value;
  }

  /** A derivation with what a file itself says under that name. */
  private withLine(name: string, origin: Origin & { kind: 'derived' }): Origin {
    const isWritten = ({ state }: Fact) => state === 'literal' || state === 'constant';
    const fact = origin.fact ?? this.factsByName.get(name)?.find(isWritten);
    return fact ? { ...origin, fact } : origin;
  }

  /** Whether a what-if, `--set` or a scenario file decides the field, whatever else follows from the job's files. */
  isOverridden(name: string): boolean {
    return this.overrides[name] !== undefined || this.factsByName.get(name)?.[0]?.pin === true;
  }
}

/** What a file writes for "not set" where its format has no word for it (MaxText, Megatron-LM). */
export const UNSET = -1;

/**
 * A detail whose absence means "no": it gets an origin only when a file says something of it, if only what is passed over.
 */
export function quiet<T>(r: Resolver, name: string, accept: Accept<T>, otherwise: T): T {
  if (r.mentions(name)) return r.take(name, accept, derived(otherwise, 'left out'));
  const found = r.given(name, accept);
  return found ? r.set(name, found) : otherwise;
}

const expressionOf = (fact: Fact): string => fact.expression ?? fact.key;

/** What a field holds, in words that end a sentence. */
function holds(name: string, { value }: Fact): string {
  const known = field(name);
  const problem = known && rangeProblem(known, value);
  if (known?.choices) return `one of ${known.choices.join(', ')}`;
  if (known && (problem || typeof value !== 'number')) {
    return known.kind === 'integer' || known.kind === 'number'
      ? `a ${known.kind === 'integer' ? 'whole ' : ''}number of at least ${known.minimum ?? 0}`
      : 'a value that is understood';
  }
  return 'a value that is understood';
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
