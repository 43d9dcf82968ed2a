import type { Fact, FactValue, SyntaxProblem, TextRange } from '../../fact';
import type { Setting } from '../../syntax/settings';

/** What a key holds. A `number` may have a fraction. */
export type SettingType =
  | 'integer'
  | 'number'
  | 'boolean'
  | 'string'
  | 'switch-or-word'
  | 'integers'
  | 'words';

/** One key of a configuration file and the fact that it states. */
export interface SettingSpec {
  /** The key with the sections that it stands in, joined by dots. */
  readonly path: string;
  readonly name: string;
  readonly type: SettingType;
}

/** Where the settings stand. */
export interface SettingContext {
  readonly file: string;
  readonly role?: string;
  readonly command?: number;
}

const NEEDS: Readonly<Record<SettingType, string>> = {
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  string: 'a word',
  'switch-or-word': 'true, false or a word',
  integers: 'a list of whole numbers',
  words: 'a list of words',
};

function accept(value: FactValue, type: SettingType): FactValue | undefined {
  switch (type) {
    case 'integer':
      // Argument models take numbers in quotes too.
      if (typeof value === 'string' && /^-?\d+$/.test(value)) return accept(Number(value), type);
      return Number.isSafeInteger(value) ? value : undefined;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    case 'switch-or-word':
      return typeof value === 'boolean' || typeof value === 'string' ? value : undefined;
    case 'integers':
      return Array.isArray(value) ? value : undefined;
    case 'words':
      return typeof value === 'string' ? value : undefined;
    default:
      return typeof value === type ? value : undefined;
  }
}

/** Words that leave a value to something outside the file: variables, templates, `auto`, `<fill in>`. */
const LEFT_OPEN = /[$<>]|\{\{|^auto$|^$/;

/** What fills the file in puts something else there, also where any word may stand. */
const VARIABLE = /\$(?:\{?[A-Za-z_]|\()/;

interface Reading {
  readonly fact: Fact;
  readonly problem?: SyntaxProblem;
}

function readOne(context: SettingContext, spec: SettingSpec, setting: Setting, text: string): Reading {
  const { keyRange, range } = setting;
  const value = spec.type === 'words' && setting.words ? setting.words.join(' ') : setting.value;
  const place = { name: spec.name, key: setting.key, range, keyRange, ...context };
  const isFilledIn = typeof value === 'string' && VARIABLE.test(value);
  const accepted = value === undefined || value === null || isFilledIn ? undefined : accept(value, spec.type);
  if (accepted !== undefined) {
    const state = setting.via
      ? ({ state: 'constant', via: setting.via } as const)
      : ({ state: 'literal' } as const);
    return { fact: { ...place, value: accepted, ...state } };
  }
  const expression = text.slice(range.start, range.end);
  const fact: Fact = { ...place, value: null, state: 'unresolved', expression };
  const isOpen = value === undefined || value === null || LEFT_OPEN.test(String(value));
  if (isOpen) return { fact };
  const message = `${setting.key} needs ${NEEDS[spec.type]}, not “${expression}”.`;
  return { fact, problem: { severity: 'error', message, range } };
}

/** Reads settings by a table. Of several with the same path the last one counts. */
export function readSettings(
  context: SettingContext,
  settings: readonly Setting[],
  specs: readonly SettingSpec[],
  text: string,
): { facts: Fact[]; problems: SyntaxProblem[] } {
  const byPath = new Map(settings.map((setting) => [setting.path, setting]));
  const readings = specs.flatMap((spec) => {
    const setting = byPath.get(spec.path);
    return setting === undefined ? [] : [readOne(context, spec, setting, text)];
  });
  return {
    facts: readings.map((reading) => reading.fact),
    problems: readings.flatMap((reading) => reading.problem ?? []),
  };
}

/** Writes a table of settings. */
export const setting = (type: SettingType, name: string, path: string): SettingSpec => ({ type, name, path });

/** Places a document's implied facts: the first setting that was written. */
export function anchorOf(
  context: SettingContext,
  settings: readonly Setting[],
): SettingContext & { readonly range: TextRange; readonly keyRange: TextRange } {
  const range = settings[0]?.keyRange ?? { start: 0, end: 0 };
  return { ...context, range, keyRange: range };
}
