import type { Artefact } from '../artefact';
import type { LineFormat, LineReader } from '../format';
import { LoadsBuilder } from '../loads-builder';
import { Problems } from '../problems';
import { textOf } from '../utf8';

const ID = { id: 'expert-load-csv', title: 'table of expert loads' } as const;

const LAYER = /^(moe_?)?layer(_?(id|idx|index|number))?$/;
const EXPERT = /^(logical_?)?expert(_?(id|idx|index|number))?$/;
const COUNT = /^((num_?|n_?)?tokens?(_?counts?)?|counts?|loads?)$/;
const STEP = /^(step|iter|iteration|batch|batch_id|forward_pass_id)$/;
/** The columns of a table with one row per layer: `0`, `e0`, `expert_0`, `expert 0`. */
const EXPERT_COLUMN = /^(?:e|expert)?[ _]?(\d{1,5})$/;
const SEPARATORS = [',', '\t', ';'];
/** Longer lines are no header. */
const MAX_HEADER = 1_000_000;

/** A header that was understood: where things stand in a row. */
interface Columns {
  readonly separator: string;
  readonly layer: number;
  readonly step: number;
  /** One count per row, of this expert. */
  readonly long: { readonly expert: number; readonly count: number } | null;
  /** Column of each expert, in their order. */
  readonly wide: readonly { readonly column: number; readonly expert: number }[];
}

/**
 * Expert loads as a table with a header: one row per layer and expert (`layer,expert,tokens` in any order, other columns
 * are summed over), or one row per layer with a column for each expert (`layer,expert_0,expert_1,…`).
 */
export const expertLoadCsv: LineFormat = {
  id: ID.id,
  hint: /(^|[,;\t"\uFEFF]) *(moe_?)?layer(_?(id|idx|index|number))? *"? *([,;\t]|$)/i,
  start(firstLine, file) {
    const columns = firstLine.length <= MAX_HEADER ? columnsOf(textOf(firstLine)) : null;
    return columns === null ? null : new TableReader(columns, file);
  },
};

const cellsOf = (line: string, separator: string): string[] =>
  line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

function columnsOf(header: string): Columns | null {
  for (const separator of SEPARATORS) {
    const names = cellsOf(header, separator).map((name) => name.toLowerCase());
    const layer = names.findIndex((name) => LAYER.test(name));
    if (layer === -1 || names.length < 3) continue;
    const expert = names.findIndex((name) => EXPERT.test(name));
    const count = names.findIndex((name) => COUNT.test(name));
    const step = names.findIndex((name) => STEP.test(name));
    if (expert !== -1 && count !== -1) return { separator, layer, step, long: { expert, count }, wide: [] };
    const wide = names.flatMap((name, column) => {
      const found = EXPERT_COLUMN.exec(name);
      return found === null ? [] : [{ column, expert: Number(found[1]) }];
    });
    const isComplete = new Set(wide.map((entry) => entry.expert)).size === wide.length;
    if (expert === -1 && wide.length >= 2 && isComplete) return { separator, layer, step, long: null, wide };
  }
  return null;
}

class TableReader implements LineReader {
  private readonly problems = new Problems();
  private readonly loads: LoadsBuilder;
  private readonly steps = new Set<string>();
  private isHeader = true;

  constructor(
    private readonly columns: Columns,
    file: string,
  ) {
    this.loads = new LoadsBuilder({ file, format: ID.id, title: ID.title, problems: this.problems });
  }

  line(bytes: Uint8Array, line: number): void {
    const text = textOf(bytes);
    if (this.isHeader || text.trim() === '') {
      this.isHeader = false;
      return;
    }
    const { columns, problems, loads } = this;
    const cells = cellsOf(text, columns.separator);
    const read = (column: number): number => {
      const cell = cells[column] ?? '';
      return cell === '' ? Number.NaN : Number(cell);
    };
    const layer = read(columns.layer);
    if (Number.isNaN(layer)) {
      problems.add('row', 'error', line, () => 'This row has no number of a layer: it is left out.');
      return;
    }
    if (columns.step !== -1) this.steps.add(cells[columns.step] ?? '');
    if (columns.long !== null) loads.add(layer, read(columns.long.expert), read(columns.long.count), line);
    for (const { column, expert } of columns.wide) loads.add(layer, expert, read(column), line);
  }

  tooLong(line: number): void {
    this.problems.add('long', 'error', line, () => 'This line is too long for one row: it is left out.');
  }

  end(): Artefact {
    return this.loads.finish(this.columns.step === -1 ? null : this.steps.size);
  }
}
