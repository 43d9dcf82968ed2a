import type { YamlFile, YamlScalar } from '../yaml';

/** The text of a scalar together with where it stands. */
export interface CommandText {
  readonly text: string;
  /** The file offset of an offset in `text` (the end of the text included). */
  toFile(offset: number): number;
}

const isBlank = (letter: string | undefined): boolean => letter !== undefined && /\s/.test(letter);

/**
 * The text of a scalar (a command line, a script) with a way back to the file.
 * YAML takes indentation away and folds lines, but keeps every other letter in its order: the letters that are not
 * blank are matched one by one, and a blank stands behind the letter before it. Escapes in double quotes are no
 * longer letters of the file: such a text maps to the scalar's start and end only.
 */
export function commandText(file: YamlFile, scalar: YamlScalar): CommandText {
  const { text, range } = scalar;
  const written = file.readable;
  if (scalar.style === 'double-quoted' && written.slice(range.start, range.end).includes('\\')) {
    return { text, toFile: (offset) => (offset >= text.length ? range.end : range.start) };
  }
  const places: number[] = [];
  let at = range.start;
  for (let i = 0; i < text.length; i++) {
    if (isBlank(text[i])) {
      // A blank that is written stands in place; one that folding made stands where the line ended.
      places.push(Math.min(at, range.end));
      if (written[at] === text[i]) at++;
      continue;
    }
    while (at < range.end && isBlank(written[at])) at++;
    places.push(Math.min(at, range.end));
    // In single quotes a quote is written twice.
    at += scalar.style === 'single-quoted' && text[i] === "'" ? 2 : 1;
  }
  places.push(Math.min(at, range.end));
  return { text, toFile: (offset) => places[Math.max(0, Math.min(offset, text.length))]! };
}
