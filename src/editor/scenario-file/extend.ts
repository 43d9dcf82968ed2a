import {
  type ScenarioEntry,
  type ScenarioFile,
  scenarioEntry,
  variableEntries,
} from '../../config/scenario-file';
import type { OpenOperands } from '../../scenario/open-operands';
import { answerLine } from './text';

/** What goes into a scenario file's text, and where the cursor goes after it. */
export interface Extension {
  readonly offset: number;
  readonly newText: string;
  /** Within `newText`: where the first answer is to be typed. */
  readonly cursor: number;
}

/** Empty answers and pins for what a job leaves open; `null` when nothing is missing. */
export function extension(
  text: string,
  scenario: ScenarioFile,
  { variables, fields }: Pick<OpenOperands, 'variables' | 'fields'>,
): Extension | null {
  const present = new Set(scenario.entries.map(({ path }) => path));
  const answers = [...variables].filter(([name]) => !present.has(`variables.${name}`));
  const pins = fields.filter((name) => !present.has(name));
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  if (answers.length > 0) return withCursor(answersIn(text, scenario, answers, lineBreak));
  if (pins.length === 0) return null;
  const isClosed = text === '' || text.endsWith('\n');
  const newText = (isClosed ? '' : lineBreak) + pins.map((name) => `${name}: ${lineBreak}`).join('');
  return withCursor({ offset: text.length, newText });
}

type Insertion = Omit<Extension, 'cursor'>;
type Answers = readonly (readonly [string, readonly string[]])[];

const withCursor = (insertion: Insertion): Extension => ({
  ...insertion,
  cursor: /^\s*(variables:\s+)?.*?: ?/.exec(insertion.newText)![0].length,
});

function answersIn(text: string, scenario: ScenarioFile, answers: Answers, lineBreak: string): Insertion {
  const block = scenario.entries.find(({ path }) => path === 'variables');
  const members = variableEntries(scenario);
  if (block && text[block.range.start] === '{') return inBraces(text, block, answers);
  const last = members.at(-1);
  const indent = last ? indentAt(text, last.keyRange.start) : '  ';
  const lines = answers
    .map(([name, decides]) => `${lineBreak}${indent}${answerLine(name, decides)}`)
    .join('');
  const after = last?.range.end ?? block?.keyRange.end;
  if (after !== undefined) return { offset: endOfLine(text, after), newText: lines };
  const about = scenarioEntry(scenario, 'job');
  const offset = about ? endOfLine(text, about.range.end) : 0;
  const section = `variables:${lines}`;
  return { offset, newText: about ? `${lineBreak}${section}` : `${section}${lineBreak}` };
}

function inBraces(text: string, { range }: ScenarioEntry, answers: Answers): Insertion {
  const names = answers.map(([name]) => answerLine(name, []).replace(/:.*/, ': ')).join(', ');
  const inside = text.slice(range.start, range.end - 1).trimEnd();
  return { offset: range.start + inside.length, newText: inside === '{' ? ` ${names}` : `, ${names}` };
}

function indentAt(text: string, offset: number): string {
  return /^\s*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))![0];
}

function endOfLine(text: string, offset: number): number {
  const end = text.slice(offset).search(/\r?\n|$/);
  return offset + end;
}
