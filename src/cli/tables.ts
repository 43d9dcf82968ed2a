import { type Artefact, loadsOf, placementOf } from '../config/artefacts';
import type { Artefacts } from '../scenario/artefacts';
import { readOnce } from './artefact';
import { UsageError } from './usage';

/** What a table of numbers by layer or token is called in messages. */
interface TableWords {
  readonly table: string;
  readonly row: string;
  readonly entry: string;
  readonly value: string;
}

const words = {
  loads: {
    table: 'loads are a list of layers, each a list of tokens per expert',
    row: 'layer',
    entry: 'expert',
    value: 'a number of tokens',
  },
  placement: {
    table: 'a placement is a list of layers, each a list with the expert of every slot',
    row: 'layer',
    entry: 'slot',
    value: 'an expert',
  },
  trace: {
    table: 'a trace is a list of tokens, each a list of its experts',
    row: 'token',
    entry: 'choice',
    value: 'an expert',
  },
} as const satisfies Record<string, TableWords>;

type TableKind = keyof typeof words;

/** The files that a call names beside its configs. @throws UsageError that says what in one is not so. */
export function readArtefacts(paths: Readonly<Record<TableKind, string | null>>): Artefacts {
  const read = (kind: TableKind) => {
    const file = paths[kind];
    return file === null ? {} : { [kind]: { table: readTable(file, kind), file } };
  };
  return { ...read('loads'), ...read('placement'), ...read('trace') };
}

/** [layers][experts] tokens from a file; one list stands for one layer. @throws UsageError */
export function readLoads(path: string): number[][] {
  return readTable(path, 'loads');
}

/** Recorded tokens of some layers, and how often they chose each expert. */
export interface RecordedTokens {
  /** [layers][experts] assignments. */
  readonly loads: number[][];
  /** [layers][tokens · topK] experts. */
  readonly tokens: readonly Uint16Array[];
  readonly topK: number;
}

/**
 * A trace as frameworks write it, or [tokens][top-k] as JSON, which is one layer.
 *
 * @param experts logical experts, where the last ones may never have been chosen
 * @throws UsageError
 */
export function readTrace(path: string, experts: number | undefined): RecordedTokens {
  const { text, artefact } = readOnce(path);
  const choices = text?.trimStart().startsWith('[')
    ? [{ counts: null, ...flat(checkedTable(path, words.trace, parsed(path, text))) }]
    : artefact?.kind === 'trace-summary'
      ? artefact.choices.map((choice, layer) => ({ counts: artefact.counts[layer]!, ...choice }))
      : null;
  if (choices === null) {
    const found = artefact
      ? `This is ${artefact.title}; see moe-scope inspect ${path}.`
      : 'This is something else.';
    throw new UsageError(
      `${path}: ${words.trace.table}, or JSON lines as a framework records them. ${found}`,
    );
  }
  const routed = choices.filter(({ experts: chosen }) => chosen.length > 0);
  const topK = routed[0]?.perToken;
  if (topK === undefined) throw new UsageError(`${path} has no token with its experts.`);
  if (routed.some(({ perToken }) => perToken !== topK))
    throw new UsageError(`${path}: the layers have different numbers of experts per token.`);
  const chosen =
    routed.reduce((most, { experts: ids }) => ids.reduce((a, b) => Math.max(a, b), most), -1) + 1;
  if (experts !== undefined && chosen > experts)
    throw new UsageError(`${path} chooses expert ${chosen - 1} of ${experts}: --experts is too few.`);
  return {
    loads: routed.map(({ counts, experts: ids }) => countsOf(counts ?? countedIds(ids), experts ?? chosen)),
    tokens: routed.map(({ experts: ids }) => ids),
    topK,
  };
}

const countsOf = (counts: ArrayLike<number>, experts: number): number[] =>
  Array.from({ length: experts }, (_, expert) => counts[expert] ?? 0);

function countedIds(ids: Uint16Array): number[] {
  const counts: number[] = [];
  for (const expert of ids) counts[expert] = (counts[expert] ?? 0) + 1;
  return counts;
}

function flat(rows: readonly (readonly number[])[]) {
  return { experts: Uint16Array.from(rows.flat()), perToken: rows[0]?.length ?? 0 };
}

/** Bare lists of numbers are what the option says; everything else says itself what it is (docs/artefacts.md). */
function readTable(path: string, kind: TableKind): number[][] {
  const { text, artefact } = readOnce(path);
  const what = words[kind];
  if (text?.trimStart().startsWith('[')) return checkedTable(path, what, parsed(path, text));
  const table = artefact && tableOf(artefact, kind);
  const error = artefact?.problems.find(({ severity }) => severity === 'error');
  if (error) throw new UsageError(`${path}:${error.line}: ${error.message}`);
  if (table && table.length > 0) return checkedTable(path, what, table);
  const found = artefact
    ? `This is ${artefact.title}; see moe-scope inspect ${path}.`
    : 'This is something else.';
  throw new UsageError(`${path}: ${what.table}. ${found}`);
}

function tableOf(artefact: Artefact, kind: TableKind): number[][] | null {
  if (kind === 'loads') return loadsOf(artefact);
  return kind === 'placement' ? placementOf(artefact) : null;
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path}: not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const shown = (entry: unknown): string => (Array.isArray(entry) ? 'a list' : JSON.stringify(entry));

function checkedTable(path: string, what: TableWords, value: unknown): number[][] {
  const rows = Array.isArray(value) && value.length > 0 && !value.some(Array.isArray) ? [value] : value;
  if (!Array.isArray(rows) || rows.length === 0) throw new UsageError(`${path}: ${what.table}.`);
  const width = Array.isArray(rows[0]) ? rows[0].length : 0;
  return rows.map((row: unknown, index) => checkedRow(path, what, row, index, width));
}

function checkedRow(path: string, what: TableWords, row: unknown, index: number, width: number): number[] {
  if (!Array.isArray(row) || row.length === 0)
    throw new UsageError(`${path}: ${what.row} ${index}: ${what.table}.`);
  if (row.length !== width) {
    throw new UsageError(
      `${path}: ${what.row} ${index} has ${row.length} entries, ${what.row} 0 has ${width}; all have the same.`,
    );
  }
  return row.map((entry: unknown, at) => {
    if (typeof entry === 'number' && Number.isFinite(entry) && entry >= 0) return entry;
    throw new UsageError(
      `${path}: ${what.entry} ${at} of ${what.row} ${index} is ${shown(entry)}, not ${what.value}.`,
    );
  });
}
