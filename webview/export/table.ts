export interface Column {
  readonly title: string;
  /** How a number of this column is written on screen; its presence makes the column numeric. */
  readonly format?: (value: number) => string;
}

/** What stands behind a picture: shown as a table, copied as CSV or JSON with the numbers unformatted. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Nine figures keep every count exact and drop the noise of binary fractions. */
const plainNumber = (value: number) => Number(value.toPrecision(9));

const quote = (value: string | number) => {
  const plain = String(typeof value === 'number' ? plainNumber(value) : value);
  return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

/** A table as comma-separated values. */
export function toCsv({ columns, rows }: Table): string {
  const lines = [columns.map((column) => quote(column.title)), ...rows.map((row) => row.map(quote))];
  return lines.map((line) => line.join(',')).join('\n');
}

/** A table as a list of objects, one per row. */
export function toJson({ columns, rows }: Table): string {
  const objects = rows.map((row) =>
    Object.fromEntries(
      columns.map((column, index) => {
        const value = row[index] ?? '';
        return [column.title, typeof value === 'number' ? plainNumber(value) : value];
      }),
    ),
  );
  return JSON.stringify(objects, null, 1);
}
