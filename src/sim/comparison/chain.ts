import type { ComparisonEntry, ComparisonReason } from '../result';

/** Steps from a textbook figure to the exact one; each step says why the figure changes, as a factor. */
export interface Chain {
  readonly bytes: number;
  readonly reasons: readonly ComparisonReason[];
}

export const chainFrom = (bytes: number): Chain => ({ bytes, reasons: [] });

/** Adds a reason, unless it changes nothing. Once nothing is sent, no further reason applies. */
export function because(chain: Chain, label: string, factor: number): Chain {
  if (factor === 1 || chain.bytes === 0) return chain;
  const bytes = chain.bytes * factor;
  return { bytes, reasons: [...chain.reasons, { label, factor, bytes }] };
}

/** The finished entry; `exact` is what the last reason arrives at. */
export function entry(
  texts: Pick<ComparisonEntry, 'formula' | 'per' | 'note'>,
  textbookBytes: number,
  chain: Chain,
  exactBytesPerStep: number,
): ComparisonEntry {
  return { ...texts, textbookBytes, exactBytes: chain.bytes, exactBytesPerStep, reasons: chain.reasons };
}

/** Bytes in the unit a reader would choose, with three digits: `655 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
  const index = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** index).toPrecision(3))} ${units[index]}`;
}

/** A count with three digits and B, M or nothing behind it: `1.64 B`. */
export function formatBillions(count: number): string {
  return `${Number((count / 1e9).toPrecision(3))}`;
}
