import type { Fact, TextRange } from '../../config/fact';
import { literalPlace } from '../../lint/edits';
import type { SimulationResult } from '../../sim/result';
import type { JobAnalysis } from '../../worker/analysis';
import { HINT_KINDS, type HintKind } from './kinds';
import { type HintPart, hintParts } from './parts';

/** Figures behind one value of a file. */
export interface Hint {
  /** Of the value that they stand behind. */
  readonly range: TextRange;
  readonly parts: readonly HintPart[];
  /** The job that they are of. */
  readonly jobId: string;
}

interface JobFigures {
  readonly analysis: JobAnalysis;
  readonly result: SimulationResult | null;
}

/** Where each kind stands: behind the value of the first of these fields that the file writes. */
const anchors: Readonly<Record<Exclude<HintKind, 'gpus'>, readonly string[]>> = {
  expertsPerRank: ['layout.ep', 'layout.expertParallelEnabled'],
  remoteNodes: ['layout.ep', 'layout.expertParallelEnabled'],
  layerTime: ['communication.backend', 'layout.ep', 'layout.expertParallelEnabled'],
};
const SIZES = ['layout.tp', 'layout.pp', 'layout.cp', 'layout.dp', 'layout.ep', 'layout.etp'];

/**
 * The hints of a file, at most one on a line: what several jobs would say differently at the same place is not said.
 * `lineOf` gives the line of an offset.
 */
export function lineHints(
  file: string,
  text: string,
  jobs: readonly JobFigures[],
  kinds: ReadonlySet<HintKind>,
  lineOf: (offset: number) => number,
): Hint[] {
  const byLine = new Map<number, Hint | null>();
  for (const job of jobs) {
    for (const hint of hintsOfJob(file, text, job, kinds, lineOf)) {
      const line = lineOf(hint.range.end);
      const before = byLine.get(line);
      const isSame = before === undefined || (before !== null && labelsOf(before) === labelsOf(hint));
      byLine.set(line, isSame ? (before ?? hint) : null);
    }
  }
  return [...byLine.values()].flatMap((hint) => hint ?? []);
}

/** A default of the shell's: `"${EP:-` before its value, with quotes around the whole or the value alone. */
const DEFAULT_BEFORE = /(["']?)\$\{\w+:?[-=]["']?$/;

/** Where a hint stands: behind the quote that closes the value, and behind the expansion whose default it is. */
export function hintOffset(text: string, { start, end }: TextRange): number {
  const quoted = /^["']/.test(text.slice(end, end + 1)) ? end + 1 : end;
  const opened = DEFAULT_BEFORE.exec(text.slice(text.lastIndexOf('\n', start - 1) + 1, start));
  if (!opened || text[quoted] !== '}') return quoted;
  const closed = quoted + 1;
  return opened[1] !== '' && text[closed] === opened[1] ? closed + 1 : closed;
}

const labelsOf = ({ parts }: Hint): string => parts.map(({ label }) => label).join('\n');

/** The hints of one job; kinds that fall on one line are parts of one hint, behind the first of their values. */
function hintsOfJob(
  file: string,
  text: string,
  { analysis, result }: JobFigures,
  kinds: ReadonlySet<HintKind>,
  lineOf: (offset: number) => number,
): Hint[] {
  const { scenario, provenance, job } = analysis;
  if (!scenario) return [];
  const written = (name: string) => placeIn(file, text, writtenFact(analysis, name));
  const anchorOf = (kind: HintKind): TextRange | undefined =>
    kind === 'gpus'
      ? lastSize(
          SIZES.flatMap((name) => sizeOf(analysis, name, written(name))),
          written('layout.ep'),
          lineOf,
        )
      : anchors[kind].map(written).find((range) => range !== undefined);
  const byLine = new Map<number, Hint>();
  for (const kind of HINT_KINDS) {
    const range = kinds.has(kind) ? anchorOf(kind) : undefined;
    const part = range && hintParts[kind]({ scenario, provenance, result });
    if (!range || !part) continue;
    const before = byLine.get(lineOf(range.end));
    byLine.set(lineOf(range.end), {
      range: before?.range ?? range,
      parts: [...(before?.parts ?? []), part],
      jobId: job.id,
    });
  }
  return [...byLine.values()];
}

/** The fact that decides a field, when it stands in a file and is known. */
function writtenFact({ provenance, job }: JobAnalysis, name: string): Fact | undefined {
  const origin = provenance[name];
  const fact = origin?.kind === 'fact' ? origin.fact : undefined;
  const isOpen = job.facts.some((one) => one.name === name && one.state === 'unresolved');
  return !isOpen && (fact?.state === 'literal' || fact?.state === 'constant') ? fact : undefined;
}

/** Where a fact's value stands in the file: where it is assigned, when it stands there as it is, else where it is used. */
function placeIn(file: string, text: string, fact: Fact | undefined): TextRange | undefined {
  if (!fact) return undefined;
  const literal = literalPlace(fact);
  const textAt = ({ start, end }: TextRange) => text.slice(start, end).replace(/^(["'])(.*)\1$/, '$2');
  if (literal.file === file && textAt(literal.range) === String(fact.value)) return literal.range;
  return fact.file === file && fact.range.end > fact.range.start ? fact.range : undefined;
}

interface Size {
  readonly range: TextRange;
  readonly value: number;
}

function sizeOf({ provenance }: JobAnalysis, name: string, range: TextRange | undefined): Size[] {
  const origin = provenance[name];
  const value = origin?.kind === 'fact' ? origin.fact.value : null;
  return range && typeof value === 'number' ? [{ range, value }] : [];
}

/** The last size of the file above 1 that has a line without EP, which has its own figures; where all are 1, none of them makes the GPUs: EP. */
function lastSize(
  sizes: readonly Size[],
  ep: TextRange | undefined,
  lineOf: (offset: number) => number,
): TextRange | undefined {
  const epLine = ep && lineOf(ep.end);
  const ordered = [...sizes].sort((a, b) => a.range.start - b.range.start);
  const aside = ordered.filter(({ range }) => lineOf(range.end) !== epLine);
  const found =
    aside.filter(({ value }) => value > 1).at(-1) ?? ordered.filter(({ value }) => value > 1).at(-1);
  return found?.range ?? ep ?? ordered.at(-1)?.range;
}
