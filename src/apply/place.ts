import type { Fact, FactValue } from '../config/fact';
import type { Job } from '../config/job';
import { literalPlace, setValue } from '../lint/edits';
import type { TextEdit } from '../lint/finding';
import { insertOption, removeOption } from '../lint/option-edits';
import { insertProperty, removeProperty } from '../lint/property-edits';
import { lineAt } from '../lint/text-lines';
import { languageOf } from './languages';
import type { Spelling } from './spelling';

const PRESET = 'preset:';
/** Related options beside which an option is tried: each trial reads the files anew. */
const MAX_ANCHORS = 10;

type TextOf = (file: string) => string | undefined;

/** What stands in a file of the workspace and can be edited there. */
const isOwn = ({ state, file, pin }: Fact): boolean =>
  (state === 'literal' || state === 'constant') && !file.startsWith(PRESET) && pin !== true;

/**
 * The ways in which a file can be made to say something, the one that asks for least first: the literal behind what is
 * there, the value in the place where it is used, an option that is removed, or one that is added beside a related one.
 * What each comes to is seen when the files are read again.
 */
export function waysToSay(
  { fact: name, value, onlyWritten }: Spelling,
  job: Job,
  textOf: TextOf,
): TextEdit[] {
  const there = job.facts.find((fact) => fact.name === name && isOwn(fact));
  const ways = there
    ? [...(value === null ? silences(there, textOf) : replacements(there, value, textOf))]
    : onlyWritten
      ? []
      : insertions(name, value ?? offOf(name, job), job, textOf);
  return ways.filter((edit): edit is TextEdit => edit !== null);
}

function replacements(fact: Fact, value: FactValue, textOf: TextOf): (TextEdit | null)[] {
  const { file } = literalPlace(fact);
  const spelled = String(value);
  return [
    setValue(fact, spelled, textOf(file)),
    inForm(literalPlace(fact), fact, spelled, textOf(file)),
    ...(fact.state === 'constant' ? [inForm(fact, null, spelled, textOf(fact.file))] : []),
  ];
}

/** The value in the form of what stands there: in its quotes, as a list, with its capital. */
function inForm(
  { file, range }: Pick<Fact, 'file' | 'range'>,
  fact: Fact | null,
  value: string,
  text: string | undefined,
): TextEdit | null {
  if (text === undefined) return null;
  const [, quote = '', written = ''] = /^(["']?)(.*)\1$/s.exec(text.slice(range.start, range.end)) ?? [];
  const isList = /^\[.*\]$/s.test(written);
  const isNumber = fact !== null && Number(written.replaceAll('_', '')) === fact.value;
  const isSwitch = /^(true|false)$/i.test(written);
  if (fact !== null && !isList && !isNumber && !isSwitch) return null;
  const inside = isList ? `[${value.split(/[\s,]+/).join(',')}]` : value;
  const cased = isSwitch && /^[TF]/.test(written) ? inside[0]!.toUpperCase() + inside.slice(1) : inside;
  return { file, range, newText: `${quote}${cased}${quote}` };
}

/** Said no more: a switch that is off, or an option that is gone. */
function silences(fact: Fact, textOf: TextOf): (TextEdit | null)[] {
  const place = literalPlace(fact);
  const written = textOf(place.file)?.slice(place.range.start, place.range.end) ?? '';
  const off = /^(["']?)true\1$/i.test(written) ? inForm(place, fact, 'false', textOf(place.file)) : null;
  const text = textOf(fact.file);
  return [off, removeOption(fact, text), /\.json$/i.test(fact.file) ? removeProperty(fact, text) : null];
}

/** What an option has to say so that something is off that is on where nothing is said; `null` where it need not be there. */
function offOf(name: string, { facts }: Job): false | null {
  const isOn = facts.some((fact) => fact.name === name && fact.state === 'default' && fact.value === true);
  return isOn ? false : null;
}

/** Beside a related option, in the form that this one has. */
function insertions(name: string, value: FactValue | null, job: Job, textOf: TextOf): (TextEdit | null)[] {
  const language = languageOf(job);
  const option = language?.optionOf(name);
  if (option === undefined || value === null) return [];
  const isSwitch = value === true || language?.isSwitch?.(name) === true;
  return anchors(name, job).map((anchor) => {
    const text = textOf(anchor.file);
    const key = option.replace(/^-+/, '').replaceAll('-', '_');
    if (/\.json$/i.test(anchor.file)) {
      return insertProperty(anchor, `"${key}": ${JSON.stringify(value)}`, text);
    }
    if (/\.toml$/i.test(anchor.file)) return insertTomlKey(anchor, `${key} = ${JSON.stringify(value)}`, text);
    return insertOption(anchor, isSwitch ? { option } : { option, value: String(value) }, text);
  });
}

/** On a line of its own behind the anchor's. */
function insertTomlKey(anchor: Fact, member: string, text: string | undefined): TextEdit | null {
  if (text === undefined || anchor.state !== 'literal') return null;
  const line = lineAt(text, anchor.range.end);
  const indent = /^\s*/.exec(line.text)![0];
  const lineBreak = text.startsWith('\r\n', line.end) ? '\r\n' : '\n';
  return {
    file: anchor.file,
    range: { start: line.end, end: line.end },
    newText: `${lineBreak}${indent}${member}`,
  };
}

/** What the option may stand beside: facts of its own kind first, then parallel sizes, which every job has. */
function anchors(name: string, { facts, model }: Job): Fact[] {
  const kind = name.slice(0, name.indexOf('.'));
  const own = facts.filter((fact) => isOwn(fact) && fact.file !== model?.file);
  const related = own
    .filter((fact) => fact.name.startsWith(`${kind}.`))
    .sort((a, b) => shared(b.name, name) - shared(a.name, name));
  const sizes = own.filter((fact) => fact.name.startsWith('layout.'));
  const distinct = [
    ...new Map([...related, ...sizes, ...own].map((fact) => [fact.range.start, fact])).values(),
  ];
  return distinct.slice(0, MAX_ANCHORS);
}

/** Letters that two names begin with alike: options of one topic do. */
function shared(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
