import type { Fact, FactValue, SyntaxProblem, TextRange } from '../../fact';
import { cutAtEquals, placeOfText, type ShellWord } from '../../syntax/shell';
import { isOpenTokenCount, isTokenCount, parseTokenCount, type TokenCount } from './token-counts';

/**
 * What an option takes.
 * - `switch`: nothing; the fact has the entry's `value`
 * - `integer`, `number`, `string`: one word
 * - `size`: a whole number, or a word that leaves it to the machine (`--nproc_per_node gpu`)
 * - `words`: words up to the next option, kept as one string with single spaces
 * - `scalar`: a number when it is one, else the text (`--moe-layer-freq`)
 * - `vllm-tokens`, `sglang-tokens`: a whole number, or one with that engine's suffixes (`128k`)
 */
export type OptionType =
  | 'switch'
  | 'integer'
  | 'size'
  | 'number'
  | 'string'
  | 'words'
  | 'scalar'
  | TokenCount;

/** One option of a command line and the fact that it states. */
export interface OptionSpec {
  /** The option first, then other spellings of it. */
  readonly flags: readonly string[];
  readonly name: string;
  readonly type: OptionType;
  /** Value of a `switch`; `true` when not given. */
  readonly value?: FactValue;
}

/** An option by what it takes, the fact that it states, and how it is spelt. */
export const flag = (type: OptionType, name: string, ...flags: readonly string[]): OptionSpec => ({
  flags,
  name,
  type,
});

/** One option as it stands in a command. */
export interface OptionUse {
  readonly flag: string;
  readonly flagRange: TextRange;
  readonly word: ShellWord;
  /** Words after it up to the next option, or the one after `=`. */
  readonly values: readonly ShellWord[];
  readonly inline: boolean;
  /** A key of a config file, or a `key=value` word: switches have a value there too. */
  readonly assigned?: true;
}

/** Facts of one command before what only some branches say is sorted out. */
export interface OptionFact {
  readonly fact: Fact;
  readonly word: ShellWord;
}

export interface CommandContext {
  readonly file: string;
  /** Index of the command, when the file has several. */
  readonly command: number | undefined;
  /** Names of switches that are on where nothing is said: of them, off is a fact. */
  readonly onByDefault?: ReadonlySet<string>;
}

/** True for `--tp`, `-tp` and `--tp=8`, and not for a negative number. */
export function isOption(word: ShellWord): boolean {
  const text = word.text ?? (word.pieces[0]?.kind === 'text' ? word.pieces[0].text : '');
  return /^--?[A-Za-z]/.test(text);
}

function sameConditions(a: ShellWord, b: ShellWord): boolean {
  return (
    a.conditions.length === b.conditions.length &&
    a.conditions.every((condition, i) => {
      const other = b.conditions[i]!;
      return condition.choice === other.choice && condition.branch === other.branch;
    })
  );
}

/** The options of a command with their values, in order. */
export function optionsOf(words: readonly ShellWord[]): OptionUse[] {
  const uses: OptionUse[] = [];
  words.forEach((word, index) => {
    if (!isOption(word)) return;
    const cut = cutAtEquals(word);
    if (cut !== null) {
      const values = cut.value === null ? [] : [cut.value];
      uses.push({ flag: cut.key, flagRange: cut.keyRange, word, values, inline: true });
      return;
    }
    if (word.text === null) return;
    const values: ShellWord[] = [];
    for (let i = index + 1; i < words.length && !isOption(words[i]!); i++) values.push(words[i]!);
    uses.push({ flag: word.text, flagRange: word.range, word, values, inline: false });
  });
  return uses;
}

/** What to say of a value that is missing or of another type. */
export const NEEDS: Readonly<Record<OptionType, string>> = {
  switch: 'nothing',
  integer: 'a whole number',
  size: 'a whole number',
  number: 'a number',
  string: 'a value',
  words: 'a value',
  scalar: 'a value',
  'vllm-tokens': 'a whole number',
  'sglang-tokens': 'a whole number',
};

/** True for a word that leaves the value to the machine, or to the engine. */
export const isLeftOpen = (text: string, type: OptionType): boolean =>
  type === 'size' || (isTokenCount(type) && isOpenTokenCount(text));

/** The value that a word states as an option of that type; `undefined` when it is none. */
export function parseOption(text: string, type: OptionType): FactValue | undefined {
  switch (type) {
    case 'integer':
    case 'size':
      return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
    case 'scalar':
      return parseOption(text, 'number') ?? text;
    case 'vllm-tokens':
    case 'sglang-tokens':
      return parseTokenCount(text, type);
    default:
      return text;
  }
}

function makeFact(
  context: CommandContext,
  use: OptionUse,
  name: string,
  rest: Partial<Fact> & Pick<Fact, 'value' | 'state' | 'range'>,
): Fact {
  return {
    name,
    key: use.flag,
    file: context.file,
    keyRange: use.flagRange,
    ...rest,
    ...(context.command === undefined ? {} : { command: context.command }),
  };
}

interface Reading {
  readonly fact: Fact;
  readonly problem?: SyntaxProblem;
}

/** A value that is there but says nothing: no default may stand in for it. */
function openFact(context: CommandContext, use: OptionUse, name: string, word: ShellWord | undefined): Fact {
  return makeFact(context, use, name, {
    value: null,
    state: 'unresolved',
    range: word?.range ?? use.flagRange,
    expression: word?.expression ?? word?.text ?? '',
    ...(word !== undefined && word.via.length > 0 ? { via: word.via } : {}),
  });
}

function readSwitch(context: CommandContext, spec: OptionSpec, use: OptionUse): Reading | null {
  if (use.inline || use.word.state === 'unresolved') return null;
  const { state, range, via } = use.word;
  const value = spec.value ?? true;
  return {
    fact: makeFact(context, use, spec.name, { value, state, range, ...(via.length > 0 ? { via } : {}) }),
  };
}

/** A switch that says true or false. Where off is what it is when absent, only on states a fact. */
function readOnOff(context: CommandContext, spec: OptionSpec, use: OptionUse): Reading | null {
  const [word] = use.values;
  if (word === undefined) return null;
  if (word.text === null) return { fact: openFact(context, use, spec.name, word) };
  const isOff = /^(false|off|no|0|none|null)$/i.test(word.text);
  if (isOff && context.onByDefault?.has(spec.name) !== true) return null;
  if (!isOff && !/^(true|on|yes|1)$/i.test(word.text)) {
    const message = `${use.flag} needs true or false, not “${word.text}”.`;
    const range = placeOfText(word);
    return { fact: openFact(context, use, spec.name, word), problem: { severity: 'error', message, range } };
  }
  const { state, range, via } = word;
  const value = isOff ? false : (spec.value ?? true);
  // `true` that stands for a word or a number must not be edited as if that stood there.
  const spelled = state === 'literal' && typeof value !== 'boolean' ? 'constant' : state;
  const followed = via.length > 0 ? { via } : {};
  return { fact: makeFact(context, use, spec.name, { value, state: spelled, range, ...followed }) };
}

/** Hydra's `[moe,layernorm]` as the words that an option would take. */
function withoutBrackets(text: string): string {
  const inner = /^\[(.*)\]$/s.exec(text)?.[1];
  if (inner === undefined) return text;
  return inner
    .split(',')
    .map((item) => item.trim().replace(/^(['"])(.*)\1$/, '$2'))
    .join(' ');
}

/** The fact that one use of an option states, and what is wrong with it. */
function readUse(context: CommandContext, spec: OptionSpec, use: OptionUse): Reading | null {
  if (spec.type === 'switch')
    return use.assigned ? readOnOff(context, spec, use) : readSwitch(context, spec, use);
  const [first] = use.values;
  if (first === undefined) {
    const message = `${use.flag} needs ${NEEDS[spec.type]}.`;
    return {
      fact: openFact(context, use, spec.name, undefined),
      problem: { severity: 'error', message, range: use.flagRange },
    };
  }
  // A value that only one branch adds to an option of all branches says nothing certain.
  if (!use.inline && !sameConditions(first, use.word))
    return { fact: openFact(context, use, spec.name, first) };
  const words = spec.type === 'words' ? use.values.filter((word) => sameConditions(word, first)) : [first];
  const unknown = words.find((word) => word.text === null);
  if (unknown !== undefined) return { fact: openFact(context, use, spec.name, unknown) };
  const written = words.map((word) => word.text).join(' ');
  const text = spec.type === 'words' && use.assigned ? withoutBrackets(written) : written;
  const value = parseOption(text, spec.type);
  if (value === undefined && isLeftOpen(text, spec.type))
    return { fact: openFact(context, use, spec.name, first) };
  if (value === undefined) {
    const message = `${use.flag} needs ${NEEDS[spec.type]}, not “${text}”.`;
    const range = placeOfText(first);
    return { fact: openFact(context, use, spec.name, first), problem: { severity: 'error', message, range } };
  }
  const last = words.at(-1)!;
  // A list without its brackets, or a count without its suffix, is not what is written.
  const isWritten = text === written && !(isTokenCount(spec.type) && String(value) !== text);
  return {
    fact: makeFact(context, use, spec.name, {
      value,
      state: isWritten && words.every((word) => word.state === 'literal') ? 'literal' : 'constant',
      range: { start: first.range.start, end: Math.max(first.range.end, last.range.end) },
      ...(words.length === 1 && first.via.length > 0 ? { via: first.via } : {}),
    }),
  };
}

function sameValue(a: Fact, b: Fact): boolean {
  return (
    a.state !== 'unresolved' &&
    b.state !== 'unresolved' &&
    JSON.stringify(a.value) === JSON.stringify(b.value)
  );
}

/** A fact that every branch of one decision states alike is certain. */
function certainByAllBranches(facts: readonly OptionFact[]): Fact | null {
  const [first] = facts;
  const decision = first?.word.conditions[0];
  if (first === undefined || decision === undefined) return null;
  const covered = new Set<number>();
  for (const { fact, word } of facts) {
    const [condition, ...deeper] = word.conditions;
    if (condition?.choice !== decision.choice || deeper.length > 0 || !sameValue(fact, first.fact))
      return null;
    covered.add(condition.branch);
  }
  return covered.size === decision.branches ? first.fact : null;
}

/** Of one name: the last certain fact (a command line's last word counts) and what branches say after it. */
function settle(facts: readonly OptionFact[]): Fact[] {
  const lastCertain = facts.map(({ word }) => word.conditions.length === 0).lastIndexOf(true);
  const open = facts.slice(lastCertain + 1);
  const certain = lastCertain === -1 ? [] : [facts[lastCertain]!.fact];
  const agreed = certainByAllBranches(open);
  if (agreed !== null) return [agreed];
  const branches = open.map(({ fact, word }): Fact => {
    const condition = word.conditions.map((part) => part.text).join(' and ');
    return { ...fact, condition };
  });
  return [...certain, ...branches];
}

/** Reads a command's options by a table. */
export function readOptions(
  context: CommandContext,
  uses: readonly OptionUse[],
  specFor: (use: OptionUse) => readonly OptionSpec[],
): { facts: Fact[]; problems: SyntaxProblem[] } {
  const byName = new Map<string, OptionFact[]>();
  const problems: SyntaxProblem[] = [];
  for (const use of uses) {
    for (const spec of specFor(use)) {
      const reading = readUse(context, spec, use);
      if (reading === null) continue;
      const { fact, problem } = reading;
      // One option may state two facts; it is wrong only once.
      if (problem !== undefined && problems.at(-1)?.range.start !== problem.range.start)
        problems.push(problem);
      byName.set(fact.name, [...(byName.get(fact.name) ?? []), { fact, word: use.word }]);
    }
  }
  return { facts: [...byName.values()].flatMap(settle), problems };
}

/** Looks up options by any of their spellings. */
export function optionTable(specs: readonly OptionSpec[]): ReadonlyMap<string, readonly OptionSpec[]> {
  const table = new Map<string, OptionSpec[]>();
  for (const spec of specs) {
    for (const flag of spec.flags) table.set(flag, [...(table.get(flag) ?? []), spec]);
  }
  return table;
}

/** `--moe-grouped-gemm` under the namespace of its framework: `megatron.moeGroupedGemm`. */
export function camelName(namespace: string, flag: string): string {
  const words = flag.replace(/^-+/, '').split(/[-_.]/);
  return `${namespace}.${words.map((word, i) => (i === 0 ? word : `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`)).join('')}`;
}
