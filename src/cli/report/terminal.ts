/** How much a stream can show. */
export interface Terminal {
  readonly colours: boolean;
  /** Lines of the file below each finding: for people, not for programs. */
  readonly excerpts: boolean;
}

export const PLAIN: Terminal = { colours: false, excerpts: false };

/**
 * What a stream shows, by the conventions of no-color.org and FORCE_COLOR. Excerpts go to a terminal only, so that a
 * pipe always sees one line per finding.
 */
export function terminalOf(isTty: boolean, env: Readonly<Record<string, string | undefined>>): Terminal {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  const isRefused = (NO_COLOR !== undefined && NO_COLOR !== '') || FORCE_COLOR === '0';
  return { colours: !isRefused && (isForced || (isTty && TERM !== 'dumb')), excerpts: isTty };
}

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39], blue: [34, 39] } as const;
export type Style = keyof typeof codes;

export type Paint = (style: Style, text: string) => string;

export function painter({ colours }: Terminal): Paint {
  return (style, text) => {
    const [on, off] = codes[style];
    return colours && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
}

/** Text from a file, which must not steer the terminal nor break its line. */
export function printable(text: string): string {
  return text.replaceAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => (character === '\t' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** Characters that take two cells: those of East Asia, and pictures. */
const WIDE =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303f\uff01-\uff60\p{Emoji_Presentation}]/u;
const COMBINING = /\p{M}/u;

/** Cells that printable text takes. */
export function cells(text: string): number {
  let sum = 0;
  for (const character of text) sum += COMBINING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return sum;
}
