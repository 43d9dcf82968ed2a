import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  type Node as ParsedNode,
  parseAllDocuments,
  type Scalar,
  type YAMLError,
} from 'yaml';
import { type Answers, type FilledText, fillIn } from '../answers';
import type { SyntaxProblem, TextRange } from '../fact';
import { holdsTemplate, maskTemplates } from './yaml/templates';

export { type CommandText, commandText } from './yaml/command-text';

export interface YamlScalar {
  readonly kind: 'scalar';
  /** As Python's readers type it; `null` when nothing is written or a template fills it in. */
  readonly value: string | number | boolean | null;
  /** The content as one string: quotes, indentation and folding taken away. */
  readonly text: string;
  /** The content as it stands in the file, without quotes; of a block its body. */
  readonly source: string;
  readonly range: TextRange;
  readonly style: 'plain' | 'single-quoted' | 'double-quoted' | 'block';
  /** A Helm or Jinja template stands in it, so that its text is not what will be read. */
  readonly templated: boolean;
  /** Where everything that it takes from outside is answered: what will be read, as one string. */
  readonly filled?: FilledText;
}

export interface YamlMember {
  readonly key: string;
  /** The key's text without quotes. */
  readonly keyRange: TextRange;
  readonly value: YamlNode;
  /** The value's text without quotes; of an alias, the text of the node that it stands for. */
  readonly valueRange: TextRange;
}

export interface YamlMap {
  readonly kind: 'map';
  /** Every key once: the last of its kind, then what `<<` brings in. */
  readonly members: readonly YamlMember[];
  readonly range: TextRange;
}

export interface YamlSequence {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
  readonly range: TextRange;
}

/** Aliases are followed: the same node may stand in several places. */
export type YamlNode = YamlScalar | YamlMap | YamlSequence;

export interface YamlFile {
  readonly documents: readonly YamlNode[];
  readonly problems: readonly SyntaxProblem[];
  /** The text that was read: the file's, with templates replaced by filler of the same length. */
  readonly readable: string;
  /** What is known of what the text takes from outside, by its name there and by the variable in the readable text. */
  readonly answers?: Answers | undefined;
  /** Names of the templates that variables of the readable text stand for. */
  readonly names: ReadonlyMap<string, string>;
}

/** Longer files are data: nobody writes so much configuration, and the parser takes two seconds per MB. */
export const MAX_YAML_LENGTH = 500_000;
/** Nodes after all aliases are followed; anchors inside anchors multiply. */
const MAX_NODES = 200_000;
const MAX_PROBLEMS = 20;

const NOWHERE: TextRange = { start: 0, end: 0 };

/** Reads YAML with ranges; what cannot be read becomes a problem, and the rest stays readable. Never throws. */
export function parseYaml(text: string, answers?: Answers): YamlFile {
  const failed = (message: string): YamlFile => ({
    documents: [],
    problems: [{ severity: 'error', message, range: NOWHERE }],
    readable: text,
    names: new Map(),
  });
  if (text.length > MAX_YAML_LENGTH) return failed('This file is too long to be read.');
  const { readable, names } = maskTemplates(text, answers);
  if (isNestedTooDeeply(readable)) return failed('This YAML is nested too deeply.');
  try {
    // With the failsafe schema everything is a string: types are Python's (`typed`), not those of YAML 1.2.
    const documents = parseAllDocuments(readable, {
      schema: 'failsafe',
      prettyErrors: false,
      logLevel: 'silent',
    });
    const problems: SyntaxProblem[] = [];
    const nodes = [...documents].flatMap((document) => {
      problems.push(...document.errors.map((error) => problemOf(error, text.length)));
      const builder = new Builder(document, text, problems, answers);
      return document.contents === null ? [] : [builder.node(document.contents).node];
    });
    const known = withVariables(answers, names);
    return { documents: nodes, problems: problems.slice(0, MAX_PROBLEMS), readable, answers: known, names };
  } catch {
    // The parser is recursive: thousands of brackets inside each other are more than the stack holds.
    return failed('This YAML is nested too deeply.');
  }
}

/** The answers, also by the variables that stand for templates. */
function withVariables(
  answers: Answers | undefined,
  names: ReadonlyMap<string, string>,
): Answers | undefined {
  if (answers === undefined || names.size === 0) return answers;
  return new Map([
    ...answers,
    ...[...names].map(([variable, name]) => [variable, answers.get(name)!] as const),
  ]);
}

/** More brackets inside each other take the parser seconds before it gives up. */
const MAX_BRACKETS = 500;

function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1));
    if (depth > MAX_BRACKETS) return true;
  }
  return false;
}

const MESSAGES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'This key stands here twice: the last one counts.',
  TAB_AS_INDENT: 'YAML is indented with spaces, not tabs.',
};

function problemOf(error: YAMLError, length: number): SyntaxProblem {
  // At the end of the file the parser points behind the last letter.
  const [start, end] = error.pos.map((offset) => Math.min(offset, length)) as [number, number];
  return {
    // Python's readers take the last of two equal keys without a word.
    severity: error.code === 'DUPLICATE_KEY' ? 'warning' : 'error',
    message: MESSAGES[error.code] ?? error.message,
    range: { start, end: Math.max(start, end) },
  };
}

/** The scalar types of PyYAML, and exponents without a dot, which the readers of configs accept as numbers too. */
function typed(text: string): YamlScalar['value'] {
  if (/^(~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(true|True|TRUE|yes|Yes|YES|on|On|ON)$/.test(text)) return true;
  if (/^(false|False|FALSE|no|No|NO|off|Off|OFF)$/.test(text)) return false;
  if (/^[-+]?(0|[1-9][\d_]*)$/.test(text) || /^0x[\da-fA-F]+$/.test(text))
    return Number(text.replaceAll('_', ''));
  if (/^[-+]?(\d+\.\d*|\.\d+|\d+)(e[-+]?\d+)?$/i.test(text) && !/^[-+]?0\d/.test(text)) return Number(text);
  return text;
}

interface Built {
  readonly node: YamlNode;
  /** Nodes inside it, those behind aliases counted each time. */
  readonly size: number;
}

/** Turns the parser's tree of one document into the neutral one. */
class Builder {
  private readonly built = new Map<unknown, Built>();
  private readonly open = new Set<unknown>();

  constructor(
    private readonly document: Document.Parsed,
    private readonly text: string,
    private readonly problems: SyntaxProblem[],
    private readonly answers: Answers | undefined,
  ) {}

  node(parsed: unknown): Built {
    if (isAlias(parsed)) return this.alias(parsed);
    const known = this.built.get(parsed);
    if (known !== undefined) return known;
    this.open.add(parsed);
    const built = this.build(parsed);
    this.open.delete(parsed);
    this.built.set(parsed, built);
    return built;
  }

  private build(parsed: unknown): Built {
    if (isMap(parsed)) return this.map(parsed.items, rangeOf(parsed as ParsedNode));
    if (isSeq(parsed)) {
      const items = parsed.items.map((item) =>
        // `- a: 1` in a flow sequence is a pair of its own.
        isPair(item) ? this.map([item], NOWHERE) : this.node(item),
      );
      return {
        node: {
          kind: 'sequence',
          items: items.map((item) => item.node),
          range: rangeOf(parsed as ParsedNode),
        },
        size: sizeOf(items),
      };
    }
    return { node: isScalar(parsed) ? this.scalar(parsed) : nothing(NOWHERE), size: 1 };
  }

  private alias(alias: ParsedNode & { source?: string }): Built {
    const place = rangeOf(alias);
    const target = isAlias(alias) ? alias.resolve(this.document) : undefined;
    if (target === undefined || this.open.has(target)) return { node: nothing(place), size: 1 };
    const built = this.node(target);
    if (built.size <= MAX_NODES) return built;
    this.problems.push({ severity: 'error', message: 'This alias stands for too much.', range: place });
    return { node: nothing(place), size: 1 };
  }

  private map(pairs: readonly Pair<unknown, unknown>[], range: TextRange): Built {
    const own = new Map<string, YamlMember>();
    const merged = new Map<string, YamlMember>();
    const values: Built[] = [];
    for (const pair of pairs) {
      if (!isScalar(pair.key)) continue;
      const key = this.scalar(pair.key);
      const value =
        pair.value === null || pair.value === undefined
          ? { node: nothing({ start: key.range.end, end: key.range.end }), size: 1 }
          : this.node(pair.value);
      values.push(value);
      if (key.text === '<<' && key.style === 'plain') {
        for (const member of mergedMembers(value.node)) {
          if (!merged.has(member.key)) merged.set(member.key, member);
        }
        continue;
      }
      own.delete(key.text);
      own.set(key.text, {
        key: key.text,
        keyRange: key.range,
        value: value.node,
        valueRange: value.node.range,
      });
    }
    const rest = [...merged.values()].filter((member) => !own.has(member.key));
    return { node: { kind: 'map', members: [...own.values(), ...rest], range }, size: sizeOf(values) };
  }

  private scalar(parsed: Scalar): YamlScalar {
    const whole = rangeOf(parsed as ParsedNode);
    const style = STYLES[parsed.type ?? ''] ?? 'plain';
    const range = this.content(whole, style);
    const source = this.text.slice(range.start, range.end);
    const text = String(parsed.value ?? '');
    const templated = holdsTemplate(source);
    const isText = style !== 'plain' || parsed.tag?.endsWith(':str') === true;
    const value = templated ? null : isText ? text : typed(text);
    // A text of several lines is a script: its reader has the answers itself.
    const filled = source.includes('\n') ? null : fillIn(source, this.answers);
    return { kind: 'scalar', value, text, source, range, style, templated, ...(filled && { filled }) };
  }

  /** What an edit replaces: a quoted scalar inside its quotes, a block from its first letter to its last. */
  private content({ start, end }: TextRange, style: YamlScalar['style']): TextRange {
    if (style === 'plain') return { start, end };
    if (style !== 'block') {
      const quote = style === 'single-quoted' ? "'" : '"';
      const closed = end - start >= 2 && this.text[end - 1] === quote;
      return { start: Math.min(start + 1, end), end: closed ? end - 1 : end };
    }
    const header = this.text.indexOf('\n', start);
    if (header === -1 || header >= end) return { start: end, end };
    const body = this.text.slice(header + 1, end);
    const first = header + 1 + (body.length - body.trimStart().length);
    return { start: Math.min(first, end), end: Math.max(first, header + 1 + body.trimEnd().length) };
  }
}

const STYLES: Readonly<Record<string, YamlScalar['style']>> = {
  QUOTE_SINGLE: 'single-quoted',
  QUOTE_DOUBLE: 'double-quoted',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

const sizeOf = (parts: readonly Built[]): number => parts.reduce((sum, part) => sum + part.size, 1);

/** `<<` takes a map or a list of maps, of which the first that has a key counts. */
function mergedMembers(node: YamlNode): readonly YamlMember[] {
  if (node.kind === 'sequence') return node.items.flatMap(membersOf);
  return membersOf(node);
}

function rangeOf(node: ParsedNode): TextRange {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

function nothing(range: TextRange): YamlScalar {
  return { kind: 'scalar', value: null, text: '', source: '', range, style: 'plain', templated: false };
}

/** A scalar as it will be read once what it takes from outside is filled in; every other node as it is. */
export function withAnswers(node: YamlNode): YamlNode {
  if (node.kind !== 'scalar' || !node.filled) return node;
  const { text } = node.filled;
  return { ...node, text, value: typed(text), templated: false };
}

export function membersOf(node: YamlNode | undefined): readonly YamlMember[] {
  return node?.kind === 'map' ? node.members : [];
}

/** The node behind keys (and indices of sequences), or `undefined` where the path leads nowhere. */
export function at(node: YamlNode | undefined, ...path: readonly (string | number)[]): YamlNode | undefined {
  let here = node;
  for (const step of path) {
    here =
      typeof step === 'number'
        ? here?.kind === 'sequence'
          ? here.items[step]
          : undefined
        : membersOf(here).find((member) => member.key === step)?.value;
  }
  return here;
}
