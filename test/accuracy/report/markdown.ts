import { type AccuracyRow, type AccuracyTable, errorOf, notFitted, type Summary, summary } from './table';

/** The whole of docs/accuracy.md from its tables and the prose around their overview. */
export function reportMarkdown(
  tables: readonly AccuracyTable[],
  prose: { readonly before: string; readonly after: string },
): string {
  const parts = [prose.before, overview(tables), prose.after, ...tables.map(section)];
  return `${parts.map((part) => part.trim()).join('\n\n')}\n`;
}

function overview(tables: readonly AccuracyTable[]): string {
  return grid(
    ['', 'rows', 'mean', 'median', 'max', 'bias'],
    tables.flatMap((table) => {
      const open = notFitted(table.rows);
      const fitted = table.rows.filter(({ use }) => use === 'fitted');
      const link = `[${table.title}](#${anchor(table.title)})`;
      return [
        ...(open.length > 0 ? [summaryCells(link, summary(open))] : []),
        ...(fitted.length > 0 ? [summaryCells(`${link}, fitted rows`, summary(fitted))] : []),
      ];
    }),
  );
}

const summaryCells = (name: string, { count, mean, median, max, bias }: Summary): string[] => [
  name,
  String(count),
  percent(mean),
  percent(median),
  percent(max),
  signed(bias),
];

function section(table: AccuracyTable): string {
  const parts = [`## ${table.title}`, table.about.trim()];
  if (table.command) {
    parts.push('The first row:', `\`\`\`sh\nmoe-scope ${table.command.join(' ')}\n\`\`\``);
  }
  parts.push(
    `<details><summary>${table.rows.length} rows, ${table.unit}</summary>`,
    grid(['', 'predicted', 'measured', 'error', ''], table.rows.map(rowCells)),
    '</details>',
  );
  return parts.join('\n\n');
}

const rowCells = (row: AccuracyRow): string[] => [
  row.label,
  figure(row.predicted),
  figure(row.measured),
  signed(errorOf(row)),
  row.use === 'fitted' ? 'fitted' : '',
];

/** A Markdown table whose columns after the first are numbers. */
export function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, column) => (column === 0 ? '---' : '--:')));
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** Whole numbers in full, others with four digits. */
export function figure(value: number): string {
  if (Number.isInteger(value) || value >= 1e4) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

function signed(fraction: number): string {
  const text = percent(Math.abs(fraction));
  if (text === '0.0 %') return text;
  return `${fraction < 0 ? '−' : '+'}${text}`;
}

/** The anchor that GitHub and VS Code give a heading. */
const anchor = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
    .replaceAll(' ', '-');
