import { allRules, findRule } from '../lint/registry';
import type { RuleDescription } from '../lint/rule';
import { didYouMean, nearest } from '../scenario/spelling';
import { UsageError } from './usage';

/** The part of a readable name before the slash: `megatron`. */
const groupOf = ({ name }: RuleDescription): string => name.split('/')[0] ?? name;

/**
 * The rules that a word means: by code (`MG002`), the beginning of codes (`MG`, `MG00`), readable name, or group of
 * names (`megatron`). @throws UsageError with the nearest name when it means none
 */
export function rulesOf(word: string): readonly RuleDescription[] {
  const one = findRule(word);
  if (one) return [one];
  const written = word.toLowerCase().replace(/\/$/, '');
  const isBeginning = /^[a-z]{1,2}\d{0,3}$/.test(written);
  const found = allRules.filter(
    (rule) =>
      rule.name === written ||
      groupOf(rule) === written ||
      (isBeginning && rule.code.toLowerCase().startsWith(written)),
  );
  if (found.length > 0) return found;
  const known = allRules.flatMap((rule) => [rule.code, rule.name, groupOf(rule), rule.code.slice(0, 2)]);
  throw new UsageError(`There is no rule ${word}.${didYouMean(nearest(word, known))}`);
}

/** Words of options that may be given several times, each a list with commas or blanks between. */
const words = (lists: readonly string[]): string[] =>
  lists.flatMap((list) => list.split(/[\s,]+/)).filter((word) => word !== '');

/** Codes of the rules that stay silent. @throws UsageError when an option names a rule that there is not */
export function silenced(select: readonly string[], ignore: readonly string[]): string[] {
  const codesOf = (lists: readonly string[]) =>
    new Set(words(lists).flatMap((word) => rulesOf(word).map(({ code }) => code)));
  const [selected, ignored] = [codesOf(select), codesOf(ignore)];
  const isSelected = (code: string) => select.length === 0 || selected.has(code);
  return allRules.map(({ code }) => code).filter((code) => !isSelected(code) || ignored.has(code));
}
