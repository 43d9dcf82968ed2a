import type { HintPart } from './parts';

/** What stands between a value and the figures behind it: the editor's own padding leaves `8` and `1 expert` as 81. */
export const GAP = ' ';

/** What stands between two figures of a line. */
export const SEPARATOR = ', ';

/**
 * The figures of a line that its editor has room for, at least the first; an editor cuts what is longer in the middle of a word.
 * What is left out stands, label and all, in the tooltip of the last.
 *
 * @param most characters that an editor shows of the hints of a line; 0: all
 */
export function inRoom(parts: readonly HintPart[], most: number): readonly HintPart[] {
  if (most <= 0) return parts;
  const shown: HintPart[] = [];
  let length = GAP.length;
  for (const part of parts) {
    length += part.label.length + (shown.length > 0 ? SEPARATOR.length : 0);
    if (shown.length > 0 && length > most) break;
    shown.push(part);
  }
  const hidden = parts.slice(shown.length);
  const last = shown.at(-1);
  if (!last || hidden.length === 0) return shown;
  const also = hidden.map(({ label, tooltip }) => `${label}: ${tooltip}`);
  return [...shown.slice(0, -1), { ...last, tooltip: [last.tooltip, ...also].join('\n\n') }];
}
