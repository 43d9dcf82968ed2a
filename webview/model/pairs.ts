import { type Heat, heatAt } from './heat';

/** A cell that stands out, or a whole row or column of alike ones. */
export interface HotPair {
  /** `null`: every rank (or node) sends this destination as much. */
  readonly from: number | null;
  /** `null`: this source sends every rank (or node) as much. */
  readonly to: number | null;
  /** In the unit of the matrix. */
  readonly amount: number;
  /** A cell that it stands for: its largest. */
  readonly cell: { readonly row: number; readonly column: number };
}

/** Cells this close to the largest of their row or column are alike. */
const ALIKE = 0.02;

interface Line {
  low: number;
  high: number;
  /** Index of the largest along the line. */
  at: number;
}

const emptyLines = (size: number): Line[] =>
  Array.from({ length: size }, () => ({ low: Number.POSITIVE_INFINITY, high: -1, at: 0 }));

const isEven = ({ low, high }: Line) => high > 0 && low > high * (1 - ALIKE);

function widen(line: Line, value: number, at: number): void {
  if (value < line.low) line.low = value;
  if (value > line.high) {
    line.high = value;
    line.at = at;
  }
}

/**
 * The heaviest cells off the diagonal, most first. Where all sources send a destination alike (expected values do), that is
 * one entry, not one for each of them; the same for a source that sends all alike, as in combine.
 */
export function hotPairs(heat: Heat, most: number): HotPair[] {
  const { size } = heat;
  const [rows, columns] = [emptyLines(size), emptyLines(size)];
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      if (i === k) continue;
      const value = heatAt(heat, i, k);
      widen(rows[i]!, value, k);
      widen(columns[k]!, value, i);
    }
  const evenColumns = columns.map((line) => size > 2 && isEven(line));
  const evenRows = rows.map((line) => size > 2 && isEven(line));
  // A matrix of one value is even both ways: its columns say so once.
  const byColumn = evenColumns.some(Boolean);
  const found = heaviest(most);
  columns.forEach(({ high, at }, to) => {
    if (evenColumns[to]) found.offer({ from: null, to, amount: high, cell: { row: at, column: to } });
  });
  if (!byColumn)
    rows.forEach(({ high, at }, from) => {
      if (evenRows[from]) found.offer({ from, to: null, amount: high, cell: { row: from, column: at } });
    });
  for (let row = 0; row < size; row++) {
    if (!byColumn && evenRows[row]) continue;
    for (let column = 0; column < size; column++) {
      if (row === column || evenColumns[column]) continue;
      const amount = heatAt(heat, row, column);
      if (amount > found.least()) found.offer({ from: row, to: column, amount, cell: { row, column } });
    }
  }
  return found.all;
}

/** The largest of what is offered, in order; of equals the first. */
function heaviest(most: number) {
  const all: HotPair[] = [];
  const least = () => (all.length < most ? 0 : all.at(-1)!.amount);
  const offer = (pair: HotPair) => {
    if (pair.amount <= least()) return;
    const after = all.findIndex((one) => one.amount < pair.amount);
    all.splice(after < 0 ? all.length : after, 0, pair);
    if (all.length > most) all.pop();
  };
  return { all, least, offer };
}

/** Another rank (or node) seen from a selected one. */
export interface Peer {
  readonly index: number;
  readonly sends: number;
  readonly receives: number;
}

/** Those with which one rank (or node) exchanges most, both ways together, most first. */
export function peersOf(heat: Heat, index: number, most: number): Peer[] {
  const peers = Array.from({ length: heat.size }, (_, other) => ({
    index: other,
    sends: heatAt(heat, index, other),
    receives: heatAt(heat, other, index),
  }));
  return peers
    .filter((peer) => peer.index !== index)
    .sort((a, b) => b.sends + b.receives - a.sends - a.receives || a.index - b.index)
    .slice(0, most);
}
