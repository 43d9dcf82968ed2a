import type { ComparisonEntry } from '../../src/sim/result';

export const FAMILIES = ['ep', 'tp', 'dp', 'pp'] as const;
export type Family = (typeof FAMILIES)[number];

export interface FactorRow {
  readonly kind: 'textbook' | 'factor' | 'exact';
  readonly label: string;
  /** `null` for the two ends. */
  readonly factor: number | null;
  /** Bytes before and after; equal for the two ends. */
  readonly from: number;
  readonly bytes: number;
}

/** From the textbook figure, factor by factor, to the exact one. */
export function textbookRows(
  entry: ComparisonEntry,
  labels: { textbook: string; exact: string },
): FactorRow[] {
  let before = entry.textbookBytes;
  const factors = entry.reasons.map((reason): FactorRow => {
    const row: FactorRow = {
      kind: 'factor',
      label: reason.label,
      factor: reason.factor,
      from: before,
      bytes: reason.bytes,
    };
    before = reason.bytes;
    return row;
  });
  const [start, end] = [entry.textbookBytes, entry.exactBytes];
  return [
    { kind: 'textbook', label: labels.textbook, factor: null, from: start, bytes: start },
    ...factors,
    { kind: 'exact', label: labels.exact, factor: null, from: end, bytes: end },
  ];
}

/** From the exact figure of one use to that of a whole step. */
export function stepRows(
  entry: ComparisonEntry,
  labels: { unit: string; repeats: string; step: string },
): FactorRow[] {
  const { exactBytes, exactBytesPerStep } = entry;
  const end: FactorRow = {
    kind: 'exact',
    label: labels.step,
    factor: null,
    from: exactBytesPerStep,
    bytes: exactBytesPerStep,
  };
  const repeats = exactBytes > 0 ? exactBytesPerStep / exactBytes : 1;
  if (Math.abs(repeats - 1) < 1e-9 || exactBytesPerStep === 0) return [end];
  return [
    { kind: 'textbook', label: labels.unit, factor: null, from: exactBytes, bytes: exactBytes },
    { kind: 'factor', label: labels.repeats, factor: repeats, from: exactBytes, bytes: exactBytesPerStep },
    end,
  ];
}

/** A logarithmic axis around these figures, in powers of ten of bytes; zero has no place on it. */
export function logDomain(rows: readonly FactorRow[]): readonly [number, number] {
  const logs = rows
    .flatMap((row) => [row.from, row.bytes])
    .filter((value) => value > 0)
    .map(Math.log10);
  if (logs.length === 0) return [6, 9];
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  // Room on the left keeps the smallest bar visible, room on the right the last tick's label.
  const low = least - Math.max(0.35, (most - least) * 0.12);
  return [low, Math.max(most + 0.15, low + 1.2)];
}
