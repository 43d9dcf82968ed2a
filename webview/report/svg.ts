import { escaped } from './html';

// Pieces of pictures, in units of a picture that is `WIDTH` wide.

export const WIDTH = 960;

export const n = (value: number): string => String(Number(value.toFixed(2)));

export const label = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${n(x)}" y="${n(y)}" ${more}>${escaped(words)}</text>`;

export const rule = (x1: number, y1: number, x2: number, y2: number, kind = 'rule'): string =>
  `<line class="${kind}" x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}"/>`;

export const bar = (x: number, y: number, width: number, height: number, fill: string): string =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${fill}"/>`;

/** A rectangle as a piece of a path, so that many of one kind are one element. */
export const piece = (x: number, y: number, width: number, height: number): string =>
  `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`;

export const QUIET = 'class="quiet"';
export const QUIET_END = 'class="quiet" text-anchor="end"';
export const QUIET_MIDDLE = 'class="quiet" text-anchor="middle"';

/** What a colour stands for: a square of it before its name. */
export const swatch = (fill: string, name: string): string =>
  mark(`<rect width="10" height="10" fill="${fill}"/>`, name);

/** What a mark of 10 by 10 stands for. */
export const mark = (shape: string, name: string): string =>
  `<li><svg viewBox="0 0 10 10" aria-hidden="true">${shape}</svg>${escaped(name)}</li>`;

export const legend = (items: readonly string[]): string => `<ul class="legend">${items.join('')}</ul>`;
