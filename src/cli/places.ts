import type { Location } from '../config/fact';
import { LineIndex } from '../config/lines';

/** Lines and columns from 1, as people and tools count them; columns in UTF-16 units, the end exclusive. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type PlaceOf = (location: Location) => Place;

/** Places in files whose text is at hand; a place in any other is its beginning. */
export function placesOf(textOf: (file: string) => string | undefined): PlaceOf {
  const indexes = new Map<string, LineIndex>();
  return ({ file, range }) => {
    const lines = indexes.get(file) ?? new LineIndex(textOf(file) ?? '');
    indexes.set(file, lines);
    const start = lines.at(range.start);
    const end = lines.at(range.end);
    return {
      line: start.line + 1,
      column: start.column + 1,
      endLine: end.line + 1,
      endColumn: end.column + 1,
    };
  };
}
