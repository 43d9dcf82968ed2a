import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import type { FactValue, SyntaxProblem, TextRange } from '../fact';
import type { Setting } from './settings';
import { blankMistake } from './toml/recover';

export interface TomlDocument {
  /** Elements of `[[…]]` tables have their index in the path. */
  readonly settings: readonly Setting[];
  readonly problems: readonly SyntaxProblem[];
}

/** The parser stops at the first mistake; a file with more of them than this is not being typed, it is something else. */
const MAX_MISTAKES = 8;

/** Parses TOML. Around each mistake the statement that holds it is left out, and the rest is read at its own place. */
export function parseToml(text: string): TomlDocument {
  const problems: SyntaxProblem[] = [];
  let source = text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text;
  for (let mistakes = 0; mistakes <= MAX_MISTAKES; mistakes++) {
    try {
      return { settings: settingsOf(parseTOML(source)), problems };
    } catch (error) {
      if (!(error instanceof ParseError)) return { settings: [], problems: [...problems, tooDeep()] };
      const mistake = blankMistake(source, error);
      problems.push({ severity: 'error', message: `${error.message}.`, range: mistake.range });
      source = mistake.rest;
    }
  }
  return { settings: [], problems };
}

/** The parser is recursive: thousands of brackets inside each other are more than the stack holds. */
function tooDeep(): SyntaxProblem {
  return { severity: 'error', message: 'The brackets are nested too deeply.', range: { start: 0, end: 0 } };
}

function settingsOf(program: AST.TOMLProgram): Setting[] {
  return program.body[0].body.flatMap((node) =>
    node.type === 'TOMLTable'
      ? node.body.flatMap((pair) => settingsOfPair(pair, node.resolvedKey.map(String)))
      : settingsOfPair(node, []),
  );
}

function settingsOfPair(pair: AST.TOMLKeyValue, tables: readonly string[]): Setting[] {
  const path = [...tables, ...pair.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value))];
  if (pair.value.type === 'TOMLInlineTable') {
    return pair.value.body.flatMap((inner) => settingsOfPair(inner, path));
  }
  const [start, end] = pair.key.range;
  const key = path.at(-1)!;
  return [
    {
      path: path.join('.'),
      key,
      keyRange: { start, end },
      value: factValue(pair.value),
      range: textRange(pair.value),
    },
  ];
}

function factValue(node: AST.TOMLContentNode): FactValue | undefined {
  if (node.type === 'TOMLArray') {
    const items = node.elements.map(factValue);
    return items.every((item) => typeof item === 'number') ? items : undefined;
  }
  if (node.type !== 'TOMLValue') return undefined;
  switch (node.kind) {
    case 'integer':
    case 'float':
    case 'boolean':
    case 'string':
      return node.value;
    default:
      return undefined;
  }
}

function textRange(node: AST.TOMLContentNode): TextRange {
  const [start, end] = node.range;
  if (node.type !== 'TOMLValue' || node.kind !== 'string') return { start, end };
  const quotes = node.multiline ? 3 : 1;
  return { start: start + quotes, end: end - quotes };
}
