import type { Fact } from '../../config/fact';
import { hidesArguments } from '../command';
import { fix, literalPlace, place, setValue } from '../edits';
import type { Fix } from '../finding';
import { insertOption, removeOption } from '../option-edits';
import { type Option, spelled } from '../option-forms';
import type { RuleContext, RuleHit } from '../rule';

/** A hit at the first of its operands. Nothing when that one does not stand in a file. */
export function report(
  operands: readonly [Fact | undefined, ...(Fact | undefined)[]],
  message: string,
  more: { readonly fixes?: readonly Fix[]; readonly severity?: RuleHit['severity'] } = {},
): readonly RuleHit[] {
  const known = operands.filter((fact) => fact !== undefined);
  const first = known[0];
  if (!first || first !== operands[0]) return [];
  return [
    {
      ...place(first),
      message,
      operands: known,
      ...(more.fixes ? { fixes: more.fixes } : {}),
      ...(more.severity ? { severity: more.severity } : {}),
    },
  ];
}

/**
 * A parallel size: 1 where the file does not give it, `undefined` where it gives one that cannot be seen, or where what
 * it does not give may stand in another file.
 */
export function size(context: RuleContext, name: string): number | undefined {
  if (context.unresolved(name)) return undefined;
  return context.number(name) ?? (context.job.launch?.partial === true ? undefined : 1);
}

/** What is written, or the default of an option that nothing in the command can hide. */
export function sure(context: RuleContext, name: string): Fact | undefined {
  const fact = context.fact(name);
  return fact?.state === 'default' && hidesArguments(context) ? undefined : fact;
}

/** The number behind `sure`. */
export function sureNumber(context: RuleContext, name: string): number | undefined {
  const value = sure(context, name)?.value;
  return typeof value === 'number' ? value : undefined;
}

/** The product, or `undefined` as soon as one factor is unknown. */
export function product(factors: readonly (number | undefined)[]): number | undefined {
  return factors.reduce<number | undefined>(
    (all, f) => (all === undefined || f === undefined ? undefined : all * f),
    1,
  );
}

/** `TP 2 × PP 4`, leaving out what is 1 (but never everything). */
export function factors(named: readonly (readonly [string, number])[]): string {
  const shown = named.filter(([, value]) => value !== 1);
  return (shown.length > 0 ? shown : named.slice(0, 1))
    .map(([name, value]) => `${name} ${value}`)
    .join(' × ');
}

/** `TP 2 × PP 4 = 8`; a single factor is not said to equal itself. */
export function factorsAndProduct(named: readonly (readonly [string, number])[]): string {
  const shown = factors(named);
  return shown.includes('×') ? `${shown} = ${product(named.map(([, value]) => value))}` : shown;
}

/** The job's own routed experts: the number that the launch file gives, else the linked model's. */
export function experts(context: RuleContext): number | undefined {
  const value = context.number('model.routedExperts');
  return value !== undefined && value > 1 ? value : undefined;
}

/** The first written fact of these names. */
export function firstWritten(context: RuleContext, names: readonly string[]): Fact | undefined {
  return names.map((name) => context.written(name)).find((fact) => fact !== undefined);
}

/** The value behind a fact when it is a string. */
export function textOf(fact: Fact | undefined): string | undefined {
  return typeof fact?.value === 'string' ? fact.value : undefined;
}

/** The text of the fact's file. */
export function source(context: RuleContext, fact: Fact): string | undefined {
  return context.text(fact.file);
}

/** The text of the file in which the fact's literal stands: what `setValue` wants. */
export function literalSource(context: RuleContext, fact: Fact): string | undefined {
  return context.text(literalPlace(fact).file);
}

/** Fixes that set a written size to each of `values`. */
export function setTo(
  context: RuleContext,
  fact: Fact,
  label: string,
  values: readonly (number | string)[],
): readonly Fix[] {
  return values.flatMap((v) =>
    fix(`Set ${label} to ${v}`, [setValue(fact, v, literalSource(context, fact))]),
  );
}

/** The fix that adds options beside a related one, in the form of the file. */
export function addOption(
  context: RuleContext,
  beside: Fact,
  options: Option | readonly Option[],
  isPreferred = false,
): readonly Fix[] {
  const text = source(context, beside);
  const shown = [options].flat().map((option) => spelled(beside, option, text));
  return fix(`Add ${shown.join(' ')}`, [insertOption(beside, options, text)], isPreferred);
}

/** The fix that takes an option out with its value. */
export function dropOption(context: RuleContext, fact: Fact, isPreferred = false): readonly Fix[] {
  return fix(`Remove ${fact.key}`, [removeOption(fact, source(context, fact))], isPreferred);
}
