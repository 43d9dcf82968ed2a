import type { Axes, Axis, Cell } from '../../charts/heatmap';

const isShown = ({ from, count }: Axis, index: number) => index >= from && index < from + count;

/** The selected row and column, and the cell under the cursor, where they are in the part that is shown. */
export function Marks(props: { readonly axes: Axes; readonly selected: number; readonly cell: Cell }) {
  const { axes, selected, cell } = props;
  const { rows, columns } = axes;
  const place = (axis: Axis, index: number) => Math.round(axis.start(index));
  const [wide, high] = [Math.max(2, Math.round(columns.cell)), Math.max(2, Math.round(rows.cell))];
  const [x, y] = [place(columns, cell.column), place(rows, cell.row)];
  return (
    <>
      {isShown(columns, selected) && (
        <rect
          class="column-mark"
          x={place(columns, selected) - 1.5}
          y={-2.5}
          width={wide + 3}
          height={rows.length + 5}
        />
      )}
      {isShown(rows, selected) && (
        <rect
          class="row-mark"
          x={-2.5}
          y={place(rows, selected) - 1.5}
          width={columns.length + 5}
          height={high + 3}
        />
      )}
      {isShown(rows, cell.row) && isShown(columns, cell.column) && (
        <>
          <rect class="cell-halo" x={x - 2} y={y - 2} width={wide + 4} height={high + 4} />
          <rect class="cell-mark" x={x - 4} y={y - 4} width={wide + 8} height={high + 8} />
        </>
      )}
    </>
  );
}
