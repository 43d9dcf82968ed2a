import type { Artefacts } from '../scenario/artefacts';
import { readText } from './files';
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

/** The files that a call names beside its configs. @throws UsageError that says what in one is not so. */
export function readArtefacts(paths: Readonly<Record<keyof typeof words, string | null>>): Artefacts {
  const read = (kind: keyof typeof words) => {
    const file = paths[kind];
    return file === null ? {} : { [kind]: { table: readTable(file, words[kind]), file } };
  };
  return { ...read('loads'), ...read('placement'), ...read('trace') };
}

/** [layers][experts] tokens from a JSON file; one list stands for one layer. @throws UsageError */
export function readLoads(path: string): number[][] {
  return readTable(path, words.loads);
}

function readTable(path: string, what: TableWords): number[][] {
  const value = parsed(path, readText(path));
  const rows = Array.isArray(value) && value.length > 0 && !value.some(Array.isArray) ? [value] : value;
  if (!Array.isArray(rows) || rows.length === 0) throw new UsageError(`${path}: ${what.table}.`);
  const width = Array.isArray(rows[0]) ? rows[0].length : 0;
  return rows.map((row: unknown, index) => checkedRow(path, what, row, index, width));
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path}: not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
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
