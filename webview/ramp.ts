export type ThemeKind = 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';

/**
 * Sequential ramps: lightness strictly monotone, blue to yellow-green or blue to navy, safe for red-green blindness,
 * low end near the theme's background so that little traffic looks like little.
 */
const RAMPS: Record<ThemeKind, readonly string[]> = {
  light: ['#F1F5F4', '#BFDDDD', '#6DAFC9', '#2F6DAE', '#172A63'],
  dark: ['#262E38', '#24506F', '#3284A3', '#7DBEB2', '#F2F0BE'],
  'high-contrast': ['#0A0F16', '#123F66', '#2581A8', '#7CC6B8', '#FFFFD2'],
  'high-contrast-light': ['#FFFFFF', '#BFDDDD', '#6DAFC9', '#2461A8', '#0B1A4D'],
};

export type Rgb = readonly [number, number, number];

const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const gamma = (c: number) => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);

function toOklab(hex: string): Rgb {
  const [r, g, b] = [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as [
    number,
    number,
    number,
  ];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([L, a, b]: Rgb): Rgb {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channel = (c: number) => Math.round(255 * Math.min(1, Math.max(0, gamma(Math.max(0, c)))));
  return [
    channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    channel(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** 256 colours from little to much, interpolated in OKLab so that equal steps look equal. */
export function buildRamp(kind: ThemeKind): readonly Rgb[] {
  const stops = RAMPS[kind].map(toOklab);
  return Array.from({ length: 256 }, (_, index) => {
    const position = (index / 255) * (stops.length - 1);
    const from = Math.min(stops.length - 2, Math.floor(position));
    const part = position - from;
    const [low, high] = [stops[from]!, stops[from + 1]!];
    const mix = (c: 0 | 1 | 2) => low[c] + (high[c] - low[c]) * part;
    return fromOklab([mix(0), mix(1), mix(2)]);
  });
}

/** The ramp as the 32-bit pixels of an ImageData. */
export function packRamp(ramp: readonly Rgb[]): Uint32Array {
  const pixels = new Uint32Array(ramp.length);
  const channels = new Uint8Array(pixels.buffer);
  ramp.forEach(([r, g, b], index) => {
    channels.set([r, g, b, 255], index * 4);
  });
  return pixels;
}

/** A colour of the ramp as CSS writes it. */
export function css([r, g, b]: Rgb): string {
  return `rgb(${r},${g},${b})`;
}

/** Black or white, whichever contrasts more with the fill. */
export function ink([r, g, b]: Rgb): string {
  const luminance = 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? '#000' : '#fff';
}
