import { type JsonCursor, OPEN_LIST } from './json-cursor';

/** The innermost lists of a nested list of numbers, one after the other, in a buffer that is used again. */
export interface NumberRow {
  readonly values: Float64Array;
  readonly length: number;
  /** Indices of the lists around it, outermost first. */
  readonly path: readonly number[];
  readonly offset: number;
}

/**
 * Reads a list of lists of numbers of any depth up to `maxDepth`, row by row.
 *
 * @throws MalformedJson also when numbers stand at different depths
 */
export function numberRows(cursor: JsonCursor, maxDepth: number, visit: (row: NumberRow) => void): void {
  let values = new Float64Array(256);
  let rowDepth: number | null = null;
  const path: number[] = [];

  const readRow = () => {
    const offset = cursor.position;
    let length = 0;
    cursor.items(() => {
      if (length === values.length) {
        const larger = new Float64Array(length * 2);
        larger.set(values);
        values = larger;
      }
      values[length++] = cursor.number();
    });
    visit({ values, length, path: [...path], offset });
  };

  const readList = (depth: number) => {
    // Up to the bracket: the row's place is where it begins.
    cursor.peek();
    const isRow = depth === rowDepth || (rowDepth === null && !opensTwice(cursor));
    if (isRow) {
      rowDepth = depth;
      readRow();
      return;
    }
    if (depth === maxDepth) throw cursor.malformed();
    cursor.items((index) => {
      path.push(index);
      readList(depth + 1);
      path.pop();
    });
  };
  readList(1);
}

/** Whether the list that the cursor is on begins with a list. */
function opensTwice(cursor: JsonCursor): boolean {
  const start = cursor.position;
  cursor.take(OPEN_LIST);
  const isNested = cursor.peek() === OPEN_LIST;
  cursor.position = start;
  return isNested;
}
