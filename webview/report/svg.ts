import { escaped } from './escaped';

// Pieces of pictures, in CSS pixels of a page that is as wide as they are.

/** Widths that each picture is drawn for: of a screen or paper, and of a side column or phone. */
export const WIDTHS = { wide: 960, narrow: 448 } as const;

/** Mean width of a letter at 11 px. */
const LETTER = 6;

/** Words in lines that fit in so much width. */
export function lines(words: string, width: number): string[] {
  const most = Math.floor(width / LETTER);
  const all: string[] = [];
  for (const word of words.split(' ')) {
    const last = all.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) all[all.length - 1] = `${last} ${word}`;
    else all.push(word);
  }
  return all;
}

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
