import type { Fact } from '../config/fact';
import type { Job } from '../config/job';
import { fileNameOf } from '../config/paths';
import { applyEdits } from '../lint/edits';
import type { Finding, TextEdit } from '../lint/finding';
import { frameworkNames } from '../lint/markdown';
import { editsOf, type Piece, wholeText, withEdits } from '../lint/pieces';
import { PLACEMENT_FILE } from '../plan/placements/found';
import { asOverrides, type Change } from '../plan/whatif';
import type { FieldName } from '../scenario/field-name';
import { fieldLabel } from '../scenario/fields';
import type { Refusal } from '../scenario/refusals/refusal';
import type { Scenario } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import { differences, differenceText } from './differences';
import { spellingsOf } from './languages';
import { pinIn } from './pin-text';
import { waysToSay } from './place';
import type { Spelling } from './spelling';

/** What writing changes needs of whoever holds the files. */
export interface Files {
  /** A file's text as it is. */
  readonly textOf: (file: string) => string | undefined;
  /** The job as it would be with other texts of some files; `null` when it would be none. */
  readonly jobWith: (texts: ReadonlyMap<string, string>) => Job | null;
  readonly resolve: (
    job: Job,
    overrides: Values,
  ) => { readonly scenario: Scenario | null; readonly refusals: readonly Refusal[] };
  /** Errors of the job's files, as they would be. */
  readonly errors: (job: Job, texts: ReadonlyMap<string, string>) => readonly Finding[];
}

/** A change that is not written, and why: a sentence. */
export interface Unwritten {
  readonly change: Change;
  readonly reason: string;
}

/** What it takes to make a job's files say some changes. */
export interface Applied {
  /** In the texts as they are; those of one file do not overlap. */
  readonly edits: readonly TextEdit[];
  readonly written: readonly Change[];
  readonly unwritten: readonly Unwritten[];
}

/** The files with the edits so far. */
interface Draft {
  readonly texts: ReadonlyMap<string, string>;
  readonly pieces: ReadonlyMap<string, readonly Piece[]>;
  readonly job: Job;
}

type Attempt = { readonly draft: Draft } | { readonly reason: string };

/** Which file of its own takes it depends on what reads it. */
const PLACEMENT_ALONE =
  'A placement is a file of its own: a scenario file saves it beside itself, and Compare placements in the form that the engine reads.';

/** Sizes that follow from one that was written and are put back to what was meant. */
const MAX_REPAIRS = 4;

/**
 * Writes changes of a scenario into the files of its job, through the very places that the values were read from. What is
 * proposed is what was seen to work: with the edits the files read back as exactly the scenario that was meant, and no
 * error is new. Changes for which no such edits are found are left out, each with its reason.
 */
export function applyChanges(job: Job, changes: readonly Change[], files: Files): Applied {
  const together = attempt(job, changes, files);
  if ('draft' in together) return applied(together.draft, changes, [], files);
  // One after the other, those first that stand on their own: what is left out says why it is, beside the others.
  const alone = changes.filter((change) => 'draft' in attempt(job, [change], files));
  let draft: Draft | undefined;
  const written: Change[] = [];
  const unwritten: Unwritten[] = [];
  for (const change of [...alone, ...changes.filter((one) => !alone.includes(one))]) {
    const next = attempt(job, [...written, change], files);
    if ('reason' in next) unwritten.push({ change, reason: next.reason });
    else {
      draft = next.draft;
      written.push(change);
    }
  }
  return draft ? applied(draft, written, unwritten, files) : { edits: [], written, unwritten };
}

function applied(
  { pieces }: Draft,
  written: readonly Change[],
  unwritten: readonly Unwritten[],
  { textOf }: Files,
): Applied {
  const edits = [...pieces].flatMap(([file, own]) => editsOf(file, own, (textOf(file) ?? '').length));
  return { edits, written, unwritten };
}

function attempt(job: Job, changes: readonly Change[], files: Files): Attempt {
  const { scenario: target, refusals } = files.resolve(job, asOverrides(changes));
  if (!target) return { reason: refusals.map(({ message }) => message).join(' ') };
  let draft: Draft = { texts: new Map(), pieces: new Map(), job };
  for (const { name } of changes) {
    const next = writeField(name, target, draft, files);
    if ('reason' in next) return next;
    draft = next.draft;
  }
  return checked(repaired(draft, target, files), target, job, files);
}

/** With what was written, other values may follow that are not meant: those are written too, as far as that helps. */
function repaired(start: Draft, target: Scenario, files: Files): Draft {
  let draft = start;
  const tried = new Set<string>();
  for (let i = 0; i < MAX_REPAIRS; i++) {
    const { scenario } = files.resolve(draft.job, {});
    const wrong = scenario
      ? differences(scenario, target)
      : ['layout.etp', 'layout.vpp', 'layout.dp', 'cluster.nodes'];
    const name = wrong.find((one) => !tried.has(one));
    if (name === undefined || wrong.length === 0) return draft;
    tried.add(name);
    const next = writeField(name, target, draft, files);
    const isNearer =
      'draft' in next && distance(next.draft.job, target, files) < distance(draft.job, target, files);
    if (isNearer) draft = next.draft;
  }
  return draft;
}

function distance(job: Job, target: Scenario, { resolve }: Files): number {
  const { scenario } = resolve(job, {});
  return scenario ? differences(scenario, target).length : Number.POSITIVE_INFINITY;
}

/** Whether the files as drafted say what was meant, and nothing against their framework. */
function checked(draft: Draft, target: Scenario, before: Job, files: Files): Attempt {
  const { scenario, refusals } = files.resolve(draft.job, {});
  if (!scenario) return { reason: refusals.map(({ message }) => message).join(' ') };
  const wrong = differences(scenario, target);
  if (wrong.length > 0) {
    const said = wrong.slice(0, 3).map((name) => differenceText(name, scenario, target));
    return { reason: `With it written, the files would say ${said.join(', ')}.` };
  }
  const known = new Map<string, number>();
  for (const { rule } of files.errors(before, new Map())) known.set(rule, (known.get(rule) ?? 0) + 1);
  const fresh = files.errors(draft.job, draft.texts).find(({ rule }) => {
    const left = (known.get(rule) ?? 0) - 1;
    known.set(rule, left);
    return left < 0;
  });
  if (!fresh) return { draft };
  const who = frameworkNames[before.framework];
  return { reason: `${who} would refuse it (${fresh.rule}): ${fresh.message}` };
}

/** The draft with one field as it is meant. */
function writeField(name: string, target: Scenario, draft: Draft, files: Files): Attempt {
  const { job } = draft;
  if (name === PLACEMENT_FILE) return { reason: PLACEMENT_ALONE };
  if (job.scenarioFile) return pinned(job.scenarioFile.file, name, target, draft, files);
  const spellings = spellingsOf(name, target, job);
  if (typeof spellings === 'string') return { reason: sentence(`${labelOf(name)}: ${spellings}`) };
  let now = draft;
  for (const spelling of spellings) {
    if (says(now.job, spelling)) continue;
    const next = said(spelling, target, now, files);
    if (!next) return { reason: whyNot(name, spelling, now.job, files.textOf) };
    now = next;
  }
  return { draft: now };
}

const labelOf = (name: string): string => fieldLabel(name as FieldName);
const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

/** A scenario file goes before all others: it is where its job is changed. */
function pinned(file: string, name: string, target: Scenario, draft: Draft, files: Files): Attempt {
  const text = draft.texts.get(file) ?? files.textOf(file);
  const value = plainValue(target, name);
  if (text === undefined || value === undefined)
    return { reason: sentence(`${labelOf(name)} cannot be pinned`) };
  const pin = pinIn(file, text, name, value, 'replaced');
  const next = pin && edited(draft, { file, range: pin.range, newText: pin.newText }, files);
  return next ? { draft: next } : { reason: sentence(`${fileNameOf(file)} cannot be edited there`) };
}

function plainValue(target: Scenario, name: string): string | number | boolean | undefined {
  const value = name
    .split('.')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], target);
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
    ? value
    : undefined;
}

/** Whether the job's files say it already. */
function says({ facts }: Job, { fact: name, value }: Spelling): boolean {
  const known = facts.filter((fact) => fact.name === name && fact.state !== 'derived');
  if (known.some(({ state }) => state === 'unresolved')) return false;
  const [first] = known;
  // Left out, what is on by default stays on.
  const isOnByDefault = first?.state === 'default' && first.value === true;
  if (value === null)
    return first === undefined || first.value === false || (first.state === 'default' && !isOnByDefault);
  if (first === undefined) return value === false;
  return JSON.stringify(first.value) === JSON.stringify(value);
}

/** The first way of saying it that reads back as it was meant; of several, the one that leaves least else to put right. */
function said(spelling: Spelling, target: Scenario, draft: Draft, files: Files): Draft | undefined {
  const textOf = (file: string) => draft.texts.get(file) ?? files.textOf(file);
  const before = distance(draft.job, target, files);
  let best: { readonly draft: Draft; readonly distance: number } | undefined;
  for (const edit of waysToSay(spelling, draft.job, textOf)) {
    const next = edited(draft, edit, files);
    if (!next || !says(next.job, spelling)) continue;
    const left = distance(next.job, target, files);
    if (left < before) return next;
    if (!best || left < best.distance) best = { draft: next, distance: left };
  }
  return best?.draft;
}

function edited(draft: Draft, edit: TextEdit, { textOf, jobWith }: Files): Draft | undefined {
  const { file } = edit;
  const text = draft.texts.get(file) ?? textOf(file);
  if (text === undefined) return undefined;
  const texts = new Map(draft.texts).set(file, applyEdits(text, [edit]));
  const job = jobWith(texts);
  const pieces = withEdits(draft.pieces.get(file) ?? wholeText(text), [edit]);
  return job ? { texts, pieces: new Map(draft.pieces).set(file, pieces), job } : undefined;
}

/** Why a value cannot be written, where it was tried. */
function whyNot(name: string, { fact }: Spelling, job: Job, textOf: Files['textOf']): string {
  const there = job.facts.find((one) => one.name === fact);
  const label = labelOf(name);
  if (there === undefined) return `${label}: nothing in the job's files shows where its option would stand.`;
  if (there.file.startsWith('preset:')) {
    return `${label}: the model is ${there.file.slice('preset:'.length)} of the catalog; no file of the workspace states it.`;
  }
  if (there.state === 'default') {
    return `${label}: nothing in the job's files shows where ${there.key} would stand.`;
  }
  const written = writtenText(there, textOf(there.file));
  const where = `${fileNameOf(there.file)}:${lineOf(there, textOf(there.file))}`;
  return there.state === 'unresolved'
    ? `${label}: ${there.key} is ${written} in ${where}, which that file leaves open; a scenario file can answer it.`
    : `${label}: ${there.key} is ${written} in ${where}, which is no plain value; change it there.`;
}

const writtenText = ({ range, expression, value }: Fact, text: string | undefined): string =>
  expression ?? text?.slice(range.start, range.end) ?? String(value);

const lineOf = ({ range }: Fact, text: string | undefined): number =>
  (text ?? '').slice(0, range.start).split('\n').length;
