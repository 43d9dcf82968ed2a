import { conflictOf, sidesOf } from './conflict';
import type { ReadDocument } from './fact';
import { FRAMEWORKS } from './frameworks';
import type { SourceText } from './frameworks/framework';
import { mightCall, mightName } from './link/candidates';

export type { SourceText } from './frameworks/framework';

/** Longer files are data, not configuration (a MiniMax-M3 config with its quantisation lists has 3 MB). */
export const lengthLimit = 5_000_000;
/** Binary files show a NUL early. */
const BINARY_PROBE = 8_000;

function isReadable(text: string): boolean {
  return text.length <= lengthLimit && !text.slice(0, BINARY_PROBE).includes('\0');
}

/**
 * Reads a file as the first framework that recognises it; `null` when none does or it is no MoE configuration. Of a file
 * whose merge was not finished only that is known: it says nothing yet.
 */
export function read(source: SourceText): ReadDocument | null {
  if (!isReadable(source.text)) return null;
  if (conflictOf(source.text) === undefined) return readWhole(source);
  for (const text of sidesOf(source.text)) {
    const document = readWhole({ ...source, text });
    if (document !== null) return { ...document, facts: [], models: [], problems: [] };
  }
  return null;
}

function readWhole(source: SourceText): ReadDocument | null {
  for (const framework of FRAMEWORKS) {
    if (!framework.mightBe(source.text, source.file)) continue;
    const document = framework.read(source);
    if (document !== null) return document;
  }
  return null;
}

/** Whether a file looks like one of ours and is not read for its length alone. */
export function isTooLong(text: string, file: string): boolean {
  return text.length > lengthLimit && mightBeOurs(text.slice(0, lengthLimit), file);
}

/** Whether `read` may find something: a few substring searches, so that a foreign file costs nothing. */
export function mightBeOurs(text: string, file: string): boolean {
  return (
    isReadable(text) &&
    (FRAMEWORKS.some((framework) => framework.mightBe(text, file)) || mightCall(text) || mightName(text))
  );
}
