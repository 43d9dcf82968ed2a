import { conflictOf, sidesOf } from './conflict';
import type { ReadDocument } from './fact';
import { FRAMEWORKS } from './frameworks';
import type { SourceText } from './frameworks/framework';
import { looksLikeShell, MAX_SHELL_LENGTH } from './frameworks/shared/shell-source';
import { isYamlSource } from './frameworks/shared/yaml-source';
import { mightCall, mightName } from './link/candidates';
import { MAX_YAML_LENGTH } from './syntax/yaml';

export type { SourceText } from './frameworks/framework';

/** Longer files are data, not configuration (a MiniMax-M3 config with its quantisation lists has 3 MB). */
const lengthLimit = 5_000_000;
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

/** The length up to which any file is read, whatever its kind. */
export const shortestLimit = Math.min(MAX_YAML_LENGTH, MAX_SHELL_LENGTH, lengthLimit);

/** How many characters are read of a file that looks like one of ours and is longer; `undefined` where it is not, or is not longer. */
export function limitOf(text: string, file: string): number | undefined {
  if (text.length <= shortestLimit) return undefined;
  const limit = lengthLimitOf({ file, text });
  return text.length > limit && mightBeOurs(text.slice(0, limit), file) ? limit : undefined;
}

/** YAML and scripts are parsed, which takes longer than searching a file for numbers. */
function lengthLimitOf(source: SourceText): number {
  if (isYamlSource(source)) return MAX_YAML_LENGTH;
  return looksLikeShell(source) ? MAX_SHELL_LENGTH : lengthLimit;
}

/** Whether `read` may find something: a few substring searches, so that a foreign file costs nothing. */
export function mightBeOurs(text: string, file: string): boolean {
  return (
    isReadable(text) &&
    (FRAMEWORKS.some((framework) => framework.mightBe(text, file)) || mightCall(text) || mightName(text))
  );
}
