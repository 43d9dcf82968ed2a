import type { Fact, ModelReference, ReadDocument } from '../../fact';
import type { Framework, SourceText } from '../framework';
import { parseOption } from '../shared/options';
import { LAYOUT_VARIABLES } from './variables';

/** `# MODEL:  TP PP EP …`, the comment that names the columns. */
const HEADER = /^[ \t]*#[ \t]*MODEL:?[ \t]+([A-Z_[\] \t]+)\r?$/m;
/** `[Mixtral-8x7B]="1 4 8 …"`, one model's row. */
const ROW = /^[ \t]*\[([\w./-]+)\]=(["'])([^"'\n]*)\2/gm;

/** A row's words, each with its offset in the file. */
function cellsOf(row: string, offset: number): { text: string; start: number }[] {
  return [...row.matchAll(/\S+/g)].map((cell) => ({ text: cell[0], start: offset + cell.index }));
}

/**
 * The table of Megatron-MoE-ModelZoo (`runtime.conf`): a bash array with one string of columns per model. Every row
 * is a command of its own, with the model as role.
 */
function read(source: SourceText): ReadDocument | null {
  const { file, text } = source;
  const header = HEADER.exec(text);
  const columns = header?.[1]?.replace(/[[\]]/g, '').trim().split(/\s+/) ?? [];
  if (!columns.includes('EP') || !columns.includes('TP')) return null;
  const facts: Fact[] = [];
  const models: ModelReference[] = [];
  [...text.matchAll(ROW)].forEach((row, command) => {
    const model = row[1]!;
    const modelStart = row.index + row[0].indexOf('[') + 1;
    const keyRange = { start: modelStart, end: modelStart + model.length };
    const rowStart = row.index + row[0].length - 1 - row[3]!.length;
    cellsOf(row[3]!, rowStart).forEach((cell, index) => {
      const entry = LAYOUT_VARIABLES.find(({ variable }) => variable === columns[index]);
      if (entry === undefined) return;
      const value = parseOption(cell.text, entry.type);
      const range = { start: cell.start, end: cell.start + cell.text.length };
      const base = { name: entry.name, key: entry.variable, file, range, keyRange, role: model, command };
      if (value === undefined)
        facts.push({ ...base, value: null, state: 'unresolved', expression: cell.text });
      else facts.push({ ...base, value, state: 'literal' });
    });
    models.push({ value: model, range: keyRange, describesModel: true, command });
  });
  if (facts.length === 0) return null;
  const title = `Megatron-LM layout table (${models.length} models)`;
  return {
    file,
    framework: 'megatron-lm',
    title,
    kind: 'launch',
    partial: true,
    facts,
    problems: [],
    models,
  };
}

export const megatronTable: Framework = {
  id: 'megatron-lm',
  mightBe: (text) => text.includes('declare -A') && HEADER.test(text),
  read,
};
