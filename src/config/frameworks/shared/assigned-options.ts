import type { TextRange } from '../../fact';
import { cutAtEquals, type ShellWord } from '../../syntax/shell';
import { membersOf, type YamlNode, type YamlScalar, type YamlSequence } from '../../syntax/yaml';
import type { OptionUse } from './options';
import { stagesInLetters } from './pipeline-stages';

/** Python's `None` in Hydra and YAML: the option stays at its default. */
const NOTHING = /^(null|none|~)$/i;
/** `${TP}`, `$TP` and OmegaConf's `${a.b}` are filled in by what reads the file. */
const VARIABLE = /\$[\w{(]/;

const isKey = (key: string): boolean => /^[A-Za-z_][\w.]*$/.test(key);

/** Hydra's overrides: `key=value`, with `+` or `++` before a key that the config does not have yet. */
export function overridesOf(words: readonly ShellWord[]): OptionUse[] {
  return words.flatMap((word): OptionUse[] => {
    const cut = cutAtEquals(word);
    if (cut === null) return [];
    const key = cut.key.replace(/^\+{1,2}/, '');
    const value = unquoted(cut.value);
    if (!isKey(key) || (value !== null && NOTHING.test(value.text ?? ''))) return [];
    // A key that a variable brought along has no place of its own, and none without its `+`.
    const inPlace = cut.keyRange.end - cut.keyRange.start === cut.key.length;
    const flagRange = inPlace ? { ...cut.keyRange, start: cut.keyRange.end - key.length } : cut.keyRange;
    const use = { flag: key, flagRange, word, values: value === null ? [] : [value], inline: true } as const;
    return membersOfValue({ ...use, assigned: true });
  });
}

/** Hydra's `key={a:1,b:2}` as the overrides `key.a=1` and `key.b=2`; everything else as it is. */
function membersOfValue(use: OptionUse): OptionUse[] {
  const [value] = use.values;
  const inner = /^\{(.*)\}$/s.exec(value?.text ?? '')?.[1];
  if (value === undefined || inner === undefined) return [use];
  return [...inner.matchAll(MEMBER)].flatMap((member): OptionUse[] => {
    const { key, text: written } = member.groups as { key: string; text: string };
    const text = written.trim();
    const part = (of: string): ShellWord => partOf(value, of, 1 + member.index + member[0].lastIndexOf(of));
    const name = partOf(value, key, 1 + member.index + member[0].indexOf(key));
    if (NOTHING.test(text)) return [];
    const values = text === '' ? [] : [unquoted(part(text)) ?? part(text)];
    return membersOfValue({ ...use, flag: `${use.flag}.${key}`, flagRange: name.range, values });
  });
}

/** One `key: value` of such a map; lists and maps inside it are values. */
const MEMBER =
  /(?:^|,)\s*['"]?(?<key>[A-Za-z_]\w*)['"]?\s*:\s*(?<text>'[^']*'|"[^"]*"|\[[^\]]*\]|\{[^{}]*\}|[^,]*)/g;

/** A stretch of a word, at its own place where the word's text stands letter by letter. */
function partOf(word: ShellWord, text: string, offset: number): ShellWord {
  const at = word.at === null ? null : word.at + offset;
  const inPlace = word.at !== null && word.at === word.range.start;
  const range = inPlace ? { start: word.at + offset, end: word.at + offset + text.length } : word.range;
  return { ...word, text, at, range };
}

/** Hydra takes a second pair of quotes away, those that the shell left. */
function unquoted(word: ShellWord | null): ShellWord | null {
  const inner = /^(['"])(.*)\1$/s.exec(word?.text ?? '')?.[2];
  if (word === null || inner === undefined) return word;
  return { ...word, text: inner, at: word.at === null ? null : word.at + 1 };
}

/** The keys of a YAML map as options; maps inside it are other sections. */
export function yamlOptions(map: YamlNode | undefined): OptionUse[] {
  return membersOf(map).flatMap(({ key, keyRange, value }): OptionUse[] => {
    if (value.kind === 'map' || (value.kind === 'scalar' && NOTHING.test(value.source))) return [];
    const scalars = value.kind === 'scalar' ? [value] : value.items;
    const words = scalars.flatMap((item) =>
      item.kind === 'scalar' && item.source !== '' ? [toWord(item)] : [],
    );
    const isNested = value.kind === 'sequence' && value.items.some((item) => item.kind !== 'scalar');
    // Lists of lists say something, though not what, unless they are the stages of a pipeline layout.
    const stages = isNested && value.kind === 'sequence' ? stagesInLetters(value) : undefined;
    const nested: ShellWord =
      stages === undefined
        ? {
            ...literal('', value.range),
            text: null,
            expression: 'a list of lists',
            at: null,
            state: 'unresolved',
          }
        : { ...literal(stages, value.range), at: null, state: 'constant' };
    const open: ShellWord[] = isNested ? [nested] : words;
    const values = value.kind === 'sequence' && isPattern(value) ? [patternOf(value)] : open;
    const word = { ...literal(key, keyRange) };
    return [{ flag: key, flagRange: keyRange, word, values, inline: true, assigned: true }];
  });
}

/** A list of numbers is one value: which layers have experts, layer by layer. */
const isPattern = ({ items }: YamlSequence): boolean =>
  items.length > 1 && items.every((item) => item.kind === 'scalar' && typeof item.value === 'number');

function patternOf({ items, range }: YamlSequence): ShellWord {
  const numbers = items.map((item) => (item.kind === 'scalar' ? item.text : ''));
  return { ...literal(`[${numbers.join(', ')}]`, range), at: null };
}

function literal(text: string, range: TextRange): ShellWord {
  const at = range.start;
  return { text, range, state: 'literal', via: [], expression: null, at, conditions: [], pieces: [] };
}

/** `${TP:1}` of Primus, `${TP:-1}`, `${oc.env:TP,1}` of OmegaConf: a variable with what it is where nobody sets it. */
const DEFAULTED = /^\$\{(?:[A-Z_][A-Z\d_]*:-?|oc\.env:\w+,\s*)([^${}]+)\}$/;

/** The text of a scalar, with the default of a variable in its place. */
export const defaultOf = (text: string): string => DEFAULTED.exec(text.trim())?.[1]?.trim() ?? text;

function toWord(scalar: YamlScalar): ShellWord {
  const { text, source, range, templated, filled } = scalar;
  if (filled) return { ...literal(filled.text, range), state: 'constant', via: filled.via, at: null };
  if (!templated && !VARIABLE.test(text)) return literal(text.trim(), range);
  const known = defaultOf(text);
  if (!templated && known !== text) return { ...literal(known, range), state: 'constant', at: null };
  return { ...literal('', range), text: null, state: 'unresolved', expression: source, at: null };
}
