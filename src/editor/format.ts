/** At most two decimals, with thousands separators. */
export const format = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 });

/** Microseconds as µs or ms with three significant digits. */
export function time(microseconds: number): string {
  return microseconds >= 1000
    ? `${(microseconds / 1000).toPrecision(3)} ms`
    : `${Math.round(microseconds)} µs`;
}

/** `1 node`, `8 nodes`. */
export const count = (many: number, one: string): string => `${format(many)} ${one}${many === 1 ? '' : 's'}`;

/** Text that may quote a file, where VS Code would take `$(nproc)` for an icon. */
export const withoutIcons = (text: string): string => text.replaceAll('$(', '\\$(');

/** `Fits, 65.3 of 79.6 GiB` */
export const capital = (text: string): string => (text[0]?.toUpperCase() ?? '') + text.slice(1);
