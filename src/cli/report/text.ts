import type { Location } from '../../config/fact';
import type { Finding, Severity } from '../../lint/finding';
import type { Report, View } from './report';
import { cells, type Paint, painter, printable, type Style, type Terminal } from './terminal';

const styles: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'blue' };
/** Of a longer line (minified JSON), what is around the finding. */
const LONGEST_LINE = 120;
const CONTEXT_BEFORE = 40;

/** One line per finding, `train.sh:41:5: error MG002 …` as compilers print it; on a terminal with the place below. */
export function textReport({ findings }: Report, view: View, terminal: Terminal): string {
  const paint = painter(terminal);
  return findings
    .map((finding) => {
      const head = findingLine(finding, view, paint);
      return terminal.excerpts ? `${head}\n${excerpt(finding, view, paint)}\n\n` : `${head}\n`;
    })
    .join('');
}

/** A finding in one line that starts with its place. */
export function findingLine(
  finding: Finding,
  view: Pick<View, 'nameOf' | 'placeOf'>,
  paint: Paint = (_, text) => text,
): string {
  const { severity, rule, message } = finding;
  return `${whereIs(finding, view, paint)}: ${paint(styles[severity], severity)} ${paint('bold', rule)} ${printable(message)}`;
}

function whereIs(location: Location, { nameOf, placeOf }: Pick<View, 'nameOf' | 'placeOf'>, paint: Paint) {
  const { line, column } = placeOf(location);
  return `${paint('bold', printable(nameOf(location.file)))}:${line}:${column}`;
}

/** The line of the finding with what it is about underlined, the other places that it rests on, and its fixes. */
function excerpt(finding: Finding, view: View, paint: Paint): string {
  const { line, column, endLine, endColumn } = view.placeOf(finding);
  const text = (view.textOf(finding.file) ?? '').split(/\r?\n/)[line - 1] ?? '';
  const start = column - 1;
  const end = Math.max(start + 1, endLine === line ? endColumn - 1 : text.length);
  const from = text.length > LONGEST_LINE ? Math.max(0, start - CONTEXT_BEFORE) : 0;
  const to = Math.min(text.length, from + LONGEST_LINE);
  const dots = [from > 0 ? '…' : '', to < text.length ? '…' : ''] as const;
  const before = dots[0] + printable(text.slice(from, start));
  const marked = printable(text.slice(start, Math.min(end, to)));
  const gutter = ' '.repeat(String(line).length);
  const bar = paint('dim', '│');
  const underline = ' '.repeat(cells(before)) + '^'.repeat(Math.max(1, cells(marked)));
  const note = (label: string, said: string) => `  ${gutter} ${paint('dim', `= ${label}:`)} ${said}`;
  return [
    `  ${paint('dim', String(line))} ${bar} ${before}${marked}${printable(text.slice(Math.min(end, to), to))}${dots[1]}`,
    `  ${gutter} ${bar} ${paint(styles[finding.severity], underline)}`,
    ...finding.related
      .filter(({ file }) => view.textOf(file) !== undefined)
      .map((other) =>
        note('see', `${whereIs(other, view, (_, plain) => plain)}: ${printable(other.message)}`),
      ),
    ...finding.fixes.map(({ title }) => note('fix', printable(title))),
  ].join('\n');
}
