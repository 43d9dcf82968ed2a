import type { Fact } from '../config/fact';
import { isShellSource } from '../config/frameworks/shared/shell-source';
import { read } from '../config/read';
import { readShell } from '../config/syntax/shell';
import { parseYaml } from '../config/syntax/yaml';
import { applyEdits } from './edits';
import type { Finding, TextEdit } from './finding';
import { isYaml } from './option-forms';
import { hasComments, marker, readSuppressions } from './suppress';
import { continued, type Line } from './text-lines';

type Place = Pick<Finding, 'rule' | 'name' | 'file' | 'range'>;

/**
 * Silences a rule where the finding stands, by a comment behind its line, or above the line or the command that
 * continues over it. `null` where no comment can stand without changing what the file says.
 */
export function ignoreHere(finding: Place, text: string): TextEdit | null {
  const lines = linesOf(text);
  const own = lines.findIndex(({ end }) => finding.range.start <= end);
  if (!hasComments(finding.file) || own < 0) return null;
  const first = firstOfCommand(lines, own);
  const isContinued = first < own || continued(lines[own]!.text);
  const above = lines[first - 1];
  const candidates = [
    extended(lines[own]!, 'ignore', finding.rule),
    above?.text.trimStart().startsWith('#') ? extended(above, 'ignore', finding.rule) : null,
    isContinued ? null : insertion(lines[own]!.end, `  ${comment('ignore', finding.rule)}`),
    insertion(
      lines[first]!.start,
      `${indentOf(lines[first]!)}${comment('ignore', finding.rule)}${breakOf(text)}`,
    ),
  ];
  return (
    candidates
      .map((edit) => edit && { file: finding.file, ...edit })
      .find((edit) => edit && silences(edit, finding, text)) ?? null
  );
}

/** Silences a rule in the whole file, by a comment at its top; `null` where the file can hold none. */
export function ignoreInFile(finding: Place, text: string): TextEdit | null {
  if (!hasComments(finding.file)) return null;
  const lines = linesOf(text);
  const before = lines.flatMap((line) => extended(line, 'ignore-file', finding.rule) ?? []);
  const top = text.startsWith('#!') && lines[1] ? lines[1].start : 0;
  const added = insertion(top, `${comment('ignore-file', finding.rule)}${breakOf(text)}`);
  const edit = { file: finding.file, ...(before[0] ?? added) };
  return silences(edit, finding, text) ? edit : null;
}

type Edit = Omit<TextEdit, 'file'>;

function linesOf(text: string): Line[] {
  return [...text.matchAll(/[^\n]*(\n|$)/g)].map(({ 0: whole, index }) => {
    const line = whole.replace(/\r?\n$/, '');
    return { start: index, end: index + line.length, text: line };
  });
}

const comment = (what: string, rule: string): string => `# moe-scope: ${what} ${rule}`;
const breakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const indentOf = ({ text }: Line): string => /^\s*/.exec(text)![0];
const insertion = (at: number, newText: string): Edit => ({ range: { start: at, end: at }, newText });

function firstOfCommand(lines: readonly Line[], line: number): number {
  let first = line;
  while (first > 0 && continued(lines[first - 1]!.text)) first--;
  return first;
}

/** One more code in a comment that stands there; before the reason that it may give. */
function extended(line: Line, what: string, rule: string): Edit | null {
  const found = marker.exec(line.text);
  if (found?.[1] !== what) return null;
  const codes = /^.*?(?=\s*(?:\s--\s|$))/.exec(found[2]!)![0];
  const end = line.start + found.index + found[0].length - found[2]!.length + codes.length;
  return insertion(end, `, ${rule}`);
}

/** Whether the rule is silent at the finding after the edit, and the file says what it said before. */
function silences(edit: TextEdit, { rule, name, file, range }: Place, text: string): boolean {
  const after = applyEdits(text, [edit]);
  const by = edit.range.start <= range.start ? edit.newText.length : 0;
  const moved = { start: range.start + by, end: range.end + by };
  return (
    readSuppressions(file, after)({ code: rule, name }, [moved]) !== undefined &&
    meaning(file, text) === meaning(file, after)
  );
}

/** All that a file says, without places: equal for two texts that differ in comments only. */
function meaning(file: string, text: string): string {
  const document = read({ file, text });
  const facts = (document?.facts ?? []).map(
    ({ name, value, key, state, role, command, expression, condition }: Fact) => ({
      name,
      value,
      key,
      state,
      role,
      command,
      expression,
      condition,
    }),
  );
  const words = isShellSource({ file, text })
    ? readShell(text).commands.map((command) => command.words.map((word) => word.text ?? word.expression))
    : [];
  const yaml = isYaml(file) ? parseYaml(text).documents.map(withoutRanges) : [];
  return JSON.stringify([facts, document?.problems.length, words, yaml]);
}

const withoutRanges = (node: unknown): string =>
  JSON.stringify(node, (key, value) => (/range$/i.test(key) ? undefined : value));
