import type { Table } from '../export/table';
import { count } from '../format';
import { escaped } from './escaped';
import { text as t } from './strings';
import { WIDTHS } from './svg';

/** Rows of a table that a report has; the rest is what CSV is for. */
const MOST_ROWS = 512;
/** Longer tables begin closed. */
const MOST_OPEN_ROWS = 16;

function cellHtml(value: string | number, format: ((value: number) => string) | undefined): string {
  const shown = typeof value === 'number' ? (format ?? String)(value) : value;
  return `<td${format ? ' class="r"' : ''}>${escaped(shown)}</td>`;
}

/** A table of figures; a long one can be opened. */
export function tableHtml({ caption, columns, rows }: Table): string {
  const shown = rows.slice(0, MOST_ROWS);
  const head = columns
    .map(({ title, format }) => `<th scope="col"${format ? ' class="r"' : ''}>${escaped(title)}</th>`)
    .join('');
  const body = shown
    .map((row) => `<tr>${columns.map(({ format }, at) => cellHtml(row[at] ?? '', format)).join('')}</tr>`)
    .join('\n');
  const left = rows.length - shown.length;
  const table = `<div class="scroll"><table>
<caption>${escaped(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody>
</table></div>${left > 0 ? `\n<p class="quiet">${escaped(t.moreRows(left))}</p>` : ''}`;
  if (rows.length <= MOST_OPEN_ROWS) return table;
  return `<details>
<summary>${escaped(t.rows(caption, count(rows.length)))}</summary>
${table}
</details>`;
}

/** One view: its finding as the heading, then what proves it. */
export function sectionHtml(
  id: string,
  title: string,
  heading: string,
  parts: readonly (string | null)[],
): string {
  return `<section id="${id}" aria-labelledby="${id}-title">
<p class="view" id="${id}-title">${escaped(title)}</p>
<h2>${escaped(heading)}</h2>
${parts.filter((part) => part !== null && part !== '').join('\n')}
</section>`;
}

export const paragraph = (text: string): string => `<p class="quiet">${escaped(text)}</p>`;

/** What is drawn in so much width. */
export interface Drawing {
  readonly height: number;
  readonly content: string;
}

/** A picture with the words that stand for it, drawn for a wide page and for a narrow one: a page has no script to ask. */
export function pictureHtml(label: string, caption: string, draw: (width: number) => Drawing): string {
  const drawings = Object.entries(WIDTHS).map(([name, width]) => {
    const { height, content } = draw(width);
    return `<svg class="${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">
${content}
</svg>`;
  });
  return `<figure>
${drawings.join('\n')}
${caption === '' ? '' : `<figcaption>${escaped(caption)}</figcaption>`}
</figure>`;
}
