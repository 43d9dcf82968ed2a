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
      `${path}: ${what.entry} ${at} of ${what.row} ${index} is ${JSON.stringify(entry)}, not ${what.value}.`,
    );
  });
}
