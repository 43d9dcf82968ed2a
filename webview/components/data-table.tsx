import type { Table } from '../export/table';
import { text } from '../strings';

interface Props {
  readonly table: Table;
  /** Says the caption to screen readers only, where a heading above says it already. */
  readonly quietCaption?: boolean;
}

/** A table behind a picture, scrolling on its own so that its header stays in sight. */
export function DataTable({ table, quietCaption = false }: Props) {
  const { caption, columns, rows } = table;
  if (rows.length === 0) return <p class="quiet">{text.tools.noRows}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a section here would add a landmark for each table
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class={quietCaption ? 'vh' : ''}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" class={column.format ? 'r' : ''}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {columns.map((column, index) => {
                const value = row[index] ?? '';
                return (
                  <td key={column.title} class={column.format ? 'r' : ''}>
                    {typeof value === 'number' && column.format ? column.format(value) : value}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
