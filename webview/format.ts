const MINUS = '\u2212';
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** An amount with the minus of its value, which is no hyphen; what is rounded to nothing has no sign. */
const withSign = (value: number, amount: string): string =>
  value < 0 && /[1-9]/.test(amount) ? MINUS + amount : amount;

/** A whole number with thousands separators. */
export function count(value: number): string {
  return withSign(value, whole.format(Math.round(Math.abs(value))));
}

/** A count with its noun. */
export function plural(n: number, one: string, many: string): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A formatter is dear to make, and a read-out asks for several with each move of the pointer. */
const byDecimals = new Map<number, Intl.NumberFormat>([[0, whole]]);

function withDecimals(decimals: number): Intl.NumberFormat {
  const known = byDecimals.get(decimals);
  if (known) return known;
  const made = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  byDecimals.set(decimals, made);
  return made;
}

/** A fixed number of decimals, with thousands separators. */
export function fixed(value: number, decimals: number): string {
  return withSign(value, withDecimals(decimals).format(Math.abs(value)));
}

/** Decimals that leave a value of this size with that many significant figures. */
export function decimalsFor(value: number, figures = 3): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  const magnitude = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(figures)))));
  return Math.min(6, Math.max(0, figures - 1 - magnitude));
}

/** Three significant figures (or as asked), also above a thousand: 30,638 becomes 30,600. */
export function significant(value: number, figures = 3): string {
  if (!Number.isFinite(value)) return '\u2013';
  const rounded = Number(value.toPrecision(figures));
  return fixed(rounded, decimalsFor(rounded, figures));
}

/** Without the zeros that say nothing: `8.00` is `8`, `5.60` is `5.6`. */
export function trimmed(figure: string): string {
  return figure.includes('.') ? figure.replace(/\.?0+$/, '') : figure;
}

export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

const DECIMAL_UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Traffic: powers of ten, because links are rated in them. */
export function bytes(value: number, figures = 3): string {
  if (!(value > 0)) return '0 B';
  let unit = Math.min(DECIMAL_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3)));
  // 999.7 MB rounds to 1,000 MB, which nobody writes.
  if (Number((value / 1000 ** unit).toPrecision(figures)) >= 1000 && unit < DECIMAL_UNITS.length - 1)
    unit += 1;
  return `${significant(value / 1000 ** unit, figures)} ${DECIMAL_UNITS[unit]}`;
}

/** A change of an amount of traffic, with its sign. */
export function signedBytes(value: number): string {
  return (value < 0 ? MINUS : '+') + bytes(Math.abs(value));
}

/** A power of ten of bytes as an axis says it: `100 MB`. */
export function bytesTick(value: number): string {
  return bytes(value, 1);
}

export const GIB = 2 ** 30;

/** Memory: powers of two, because capacities are given in them. The unit is written once beside it. */
export function gib(value: number, decimals = 1): string {
  return fixed(value / GIB, decimals);
}

/** Memory in a heading: three significant figures, but never more than two decimals. */
export function gibShort(value: number): string {
  const amount = value / GIB;
  return fixed(amount, Math.min(2, decimalsFor(amount)));
}

/** A device's memory: `80`, or `79.6` where the vendor counts otherwise. */
export function gibCapacity(value: number): string {
  return trimmed(gibShort(value));
}

/** A time in the unit that leaves one to three digits before the point. */
export function time(seconds: number, figures = 3): Quantity {
  const absolute = Math.abs(seconds);
  if (absolute === 0) return { value: '0', unit: '\u00b5s' };
  if (Number((absolute * 1e6).toPrecision(figures)) < 1000)
    return { value: significant(seconds * 1e6, figures), unit: '\u00b5s' };
  if (Number((absolute * 1e3).toPrecision(figures)) < 1000)
    return { value: significant(seconds * 1e3, figures), unit: 'ms' };
  return { value: significant(seconds, figures), unit: 's' };
}

const SECONDS_PER = { s: 1, ms: 1e-3, '\u00b5s': 1e-6 };

/** A time in the unit of another one, so that parts stand beside their sum. */
export function timeIn(seconds: number, unit: string): string {
  return significant(seconds / (SECONDS_PER[unit as keyof typeof SECONDS_PER] ?? 1));
}

/** How the times of one column are written. */
export interface TimeColumn {
  readonly unit: string;
  /** A time in that unit. */
  readonly in: (seconds: number) => number;
  /** Never nothing for what is there: `<0.01`. */
  readonly amount: (seconds: number) => string;
  /** A change, with its sign. */
  readonly change: (seconds: number) => string;
}

/** Times below each other, in one unit and with one number of decimals: as many as leave the longest four figures. */
export function timeColumn(longestSeconds: number): TimeColumn {
  const { unit } = time(longestSeconds);
  const per = SECONDS_PER[unit as keyof typeof SECONDS_PER];
  const decimals = decimalsFor(longestSeconds / per, 4);
  const least = 10 ** -decimals;
  return {
    unit,
    in: (seconds) => seconds / per,
    amount: (seconds) =>
      seconds > 0 && seconds / per < least / 2
        ? `<${fixed(least, decimals)}`
        : fixed(seconds / per, decimals),
    change: (seconds) => signed(seconds / per, decimals),
  };
}

/** A time and its unit in one text. */
export function timeText(seconds: number, figures = 3): string {
  const { value, unit } = time(seconds, figures);
  return `${value} ${unit}`;
}

/** A fraction as a percentage. */
export function percent(fraction: number, decimals = 0): string {
  return `${fixed(fraction * 100, decimals)}%`;
}

/** How many times: `1.34×`. */
export function times(ratio: number): string {
  return `${significant(ratio)}\u00d7`;
}

/** A multiplication as it stands in a list of reasons: `× 0.76`. */
export function factor(ratio: number): string {
  if (ratio === 0) return '\u00d7 0';
  const figures = ratio < 1 ? 2 : 3;
  // 0.998 must not read as "× 1": the reason would say that nothing happened.
  const close = Math.abs(ratio - 1) < 0.005 && ratio !== 1;
  const text = fixed(ratio, close ? 4 : decimalsFor(ratio, figures));
  return `\u00d7 ${trimmed(text)}`;
}

/** A change with its sign always written. */
export function signed(value: number, decimals: number): string {
  const text = fixed(Math.abs(value), decimals);
  if (Number(text.replaceAll(',', '')) === 0) return '\u00b10';
  return (value > 0 ? '+' : MINUS) + text;
}

/** Thousands as an axis says them: `30.6k`. */
export function compact(value: number): string {
  if (value >= 999.5e3) return `${significant(value / 1e6)}M`;
  return value >= 9995 ? `${significant(value / 1e3)}k` : count(value);
}

/** Parameters as a model card writes them: `671 B`. */
export function parameters(total: number): string {
  const [divisor, unit] = total >= 999.5e9 ? [1e12, 'T'] : total >= 999.5e6 ? [1e9, 'B'] : [1e6, 'M'];
  return `${significant(total / divisor)} ${unit}`;
}

/** A figure with its unit; a factor and a percentage stand close, or they read as a product. */
export const withUnit = (figure: string, unit: string): string =>
  unit === '' || unit === '%' || unit === '\u00d7' ? figure + unit : `${figure} ${unit}`;
