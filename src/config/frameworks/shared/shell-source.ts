import { readShell, type ShellScript } from '../../syntax/shell';
import type { SourceText } from '../framework';

const SHELL_EXTENSIONS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'zsh',
  'ksh',
  'slurm',
  'sbatch',
  'sub',
  'job',
  'pbs',
]);
/** Names without an extension that are something else. */
const OTHER_NAMES = /^(Dockerfile|Containerfile|Makefile|Justfile|LICENSE|README)/i;
/** First lines of YAML, TOML, JSON, Dockerfiles and Markdown. */
const OTHER_FIRST_LINE =
  /^(---|[\w."'-]+:(\s|$)|\[{1,2}[\w."'-]+\]{1,2}\s*$|[{<]|FROM\s|#+\s.*\n\s*\n[A-Z][a-z]+ [a-z]+ )/;

/** No script that a person wrote is longer. */
export const MAX_SHELL_LENGTH = 1_000_000;

/** True for files that a shell reads: by their name or shebang, and not by options that any text may quote. */
export const isShellSource = (source: SourceText): boolean =>
  source.text.length <= MAX_SHELL_LENGTH && looksLikeShell(source);

/** The same of files of any length. */
export function looksLikeShell(source: SourceText): boolean {
  if (/^#!.*\b(ba|z|k|da)?sh\b/.test(source.text)) return true;
  const name = source.file.split(/[\\/]/).at(-1) ?? '';
  const extension = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase();
  if (extension !== undefined) return SHELL_EXTENSIONS.has(extension);
  if (OTHER_NAMES.test(name)) return false;
  const start = source.text.slice(0, 4_000).replace(/^(\s*#(?!!)[^\n]*\n|\s*\n)+/, '');
  return !OTHER_FIRST_LINE.test(start);
}

interface Read {
  readonly source: SourceText;
  readonly watched: ReadonlySet<string>;
  readonly script: ShellScript;
}

let last: Read | null = null;

/**
 * The script of a source, with the environment variables that are asked for in what its commands see. Several frameworks
 * ask for the same file in a row: the last answer is kept.
 */
export function scriptOf(source: SourceText, watched: readonly string[] = []): ShellScript {
  const { text, answers } = source;
  const isSame = last?.source.text === text && last.source.answers === answers;
  if (last !== null && isSame && watched.every((name) => last?.watched.has(name))) return last.script;
  const all = new Set([...(last?.watched ?? []), ...watched]);
  last = { source, watched: all, script: readShell(text, [...all], answers) };
  return last.script;
}
