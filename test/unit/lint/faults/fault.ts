import type { FrameworkId } from '../../../../src/config/fact';
import type { Workspace } from '../fixtures';

/** `true` is a switch that is on. */
export type OptionValue = number | string | boolean | readonly (number | string)[];
/** Options by the name that a family of dialects shares, in the order in which they are written. */
export type Options = Readonly<Record<string, OptionValue>>;

/** How one rule is broken: what is changed in a good config, and where the rule must say so. */
export interface Fault {
  readonly rule: string;
  /** Options that take other values, come, or (`null`) go. */
  readonly set: Readonly<Record<string, OptionValue | null>>;
  /** The option at which the finding is said; without one, wherever the rule says it. */
  readonly at?: string;
  /** Starts of the names of the only dialects that show it: elsewhere what is not written may come from the model. */
  readonly in?: readonly string[];
  /** Another good config than the family's first. */
  readonly base?: string;
  /** Files beside it, by path: a model. */
  readonly files?: Workspace;
}

/** One way to write options down: a file format of a framework, in one form. */
export interface Dialect {
  readonly name: string;
  readonly framework: FrameworkId;
  /** The key by which options are spelled here; `null` for what the format has no key for. */
  key(option: string): string | null;
  /** The files; `null` where this form cannot hold the options. */
  write(options: Options): Workspace | null;
}

/** Frameworks and formats that share their options. */
export interface Family {
  readonly name: string;
  readonly bases: Readonly<Record<string, Options>>;
  readonly dialects: readonly Dialect[];
  readonly faults: readonly Fault[];
  /** Faults that a format cannot have, or that nothing in it shows, by dialect name, rule and reason. */
  readonly exceptions: readonly Exception[];
}

export interface Exception {
  /** Start of the names of dialects. */
  readonly in: string;
  readonly rules: readonly string[];
  readonly why: string;
}

/** A good config with a fault. */
export function broken(family: Family, fault: Fault): Options {
  const base = { ...family.bases[fault.base ?? Object.keys(family.bases)[0]!]! };
  for (const [option, value] of Object.entries(fault.set)) {
    if (value === null) delete base[option];
    else base[option] = value;
  }
  return base;
}

/** Whether every option that the fault touches, and the one that it is said at, has a key in a format that can show it. */
export function isExpressible(dialect: Dialect, { set, at, in: only }: Fault): boolean {
  if (only?.some((start) => dialect.name.startsWith(start)) === false) return false;
  const named = [...Object.keys(set), ...(at === undefined ? [] : [at])];
  return named.every((option) => dialect.key(option) !== null);
}
