import type { AndOr, Case, CompoundList, PipelineNode, TestExpression, Word } from 'unbash';
import { knownText, type Pieces } from './value';

/** What the words of a test come to. */
export interface Lookup {
  pieces(word: Word): Pieces;
  /** Whether a script is looked at that is called without arguments. */
  readonly withoutArguments: boolean;
}

/** Whether a test holds; `undefined` when that depends on what the file does not say. */
export type Verdict = boolean | undefined;

/** Variables that schedulers, launchers and the system set: that a file does not set them says nothing. */
const GIVEN =
  /^(SLURM|PBS|LSB|OMPI|PMI|MPI|KUBERNETES|LWS|POD|HOST|USER$|HOME$|PWD$|SHELL$|PATH$|.*RANK$|WORLD_SIZE$|MASTER_|CUDA_VISIBLE)/;
/** A command that looks for an accelerator that is not simulated, with what it prints where there is none. */
const FOREIGN_PROBE = /^\$\((?=.*(?:torch_npu|npu-smi)).*&&\s*echo\s+\w+\s*\|\|\s*echo\s+(\w+)\s*\)$/s;
/** Longer commands are no probes. */
const MAX_PROBE = 300;
const EXPANSION = /^\$\{?([A-Za-z_]\w*|(\d+))\}?$/;

/** The text of a word. A variable that the file takes from its caller by name is empty unless somebody opts in. */
function textOf(word: Word, look: Lookup): string | null {
  const pieces = look.pieces(word);
  const [only] = pieces;
  if (pieces.length === 1 && only?.kind === 'unknown') {
    const isShort = only.expression.length <= MAX_PROBE;
    const fallback = isShort ? FOREIGN_PROBE.exec(only.expression)?.[1] : undefined;
    if (fallback !== undefined || !only.external) return fallback ?? null;
    const [, name, argument] = EXPANSION.exec(only.expression) ?? [];
    if (argument !== undefined) return look.withoutArguments ? '' : null;
    return name === undefined || GIVEN.test(name) ? null : '';
  }
  return knownText(pieces);
}

const INTEGER = /^\s*-?\d+\s*$/;
const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
};
/** A word with these may be a pattern, which is not followed. */
const GLOB = /[*?[\]\\]/;

function unary(operator: string, operand: Word, look: Lookup): Verdict {
  if (operator !== '-z' && operator !== '-n') return undefined;
  const text = textOf(operand, look);
  return text === null ? undefined : (text === '') === (operator === '-z');
}

function binary(left: Word, operator: string, right: Word, look: Lookup): Verdict {
  const [a, b] = [textOf(left, look), textOf(right, look)];
  if (a === null || b === null) return undefined;
  const compare = COMPARISONS[operator];
  if (compare !== undefined)
    return INTEGER.test(a) && INTEGER.test(b) ? compare(Number(a), Number(b)) : undefined;
  if (!['=', '==', '!='].includes(operator) || GLOB.test(b)) return undefined;
  return (a === b) === (operator !== '!=');
}

/** All must hold for `&&`, one for `||`. */
function joined(operator: string, verdicts: readonly Verdict[]): Verdict {
  const decisive = operator === '||';
  if (verdicts.includes(decisive)) return decisive;
  return verdicts.includes(undefined) ? undefined : !decisive;
}

function expression(node: TestExpression, look: Lookup): Verdict {
  switch (node.type) {
    case 'TestUnary':
      return unary(node.operator, node.operand, look);
    case 'TestBinary':
      return binary(node.left, node.operator, node.right, look);
    case 'TestLogical':
      return joined(
        node.operator,
        node.operands.map((operand) => expression(operand, look)),
      );
    case 'TestNot': {
      const inner = expression(node.operand, look);
      return inner === undefined || node.negations.length % 2 === 0 ? inner : !inner;
    }
    case 'TestGroup':
      return expression(node.expression, look);
  }
}

/** `[ "$MODE" = big ]`, `[[ -n $X && $N -gt 1 ]]`, `true`, and such tests joined by `&&` or `||`. */
export function verdictOf(node: PipelineNode | AndOr, look: Lookup): Verdict {
  if (node.type === 'TestCommand') return expression(node.expression, look);
  if (node.type === 'AndOr') {
    const [operator, ...others] = new Set(node.operators);
    if (operator === undefined || others.length > 0) return undefined;
    return joined(
      operator,
      node.commands.map((command) => verdictOf(command, look)),
    );
  }
  if (node.type !== 'Command') return undefined;
  const name = node.name?.text;
  if (name === 'true' || name === 'false') return name === 'true';
  if (name !== '[' && name !== 'test') return undefined;
  const words = node.args.flatMap((arg) => (arg.type === 'Word' ? arg : []));
  const operands = name === '[' && words.at(-1)?.text === ']' ? words.slice(0, -1) : words;
  const isNegated = operands[0]?.text === '!';
  const [first, second, third, ...more] = isNegated ? operands.slice(1) : operands;
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const verdict =
    third === undefined ? unary(first.text, second, look) : binary(first, second.text, third, look);
  return verdict === undefined || !isNegated ? verdict : !verdict;
}

/** The verdict of the clause of an `if`: of its one test. */
export function clauseVerdict({ commands }: CompoundList, look: Lookup): Verdict {
  const [only, ...others] = commands;
  return only === undefined || others.length > 0 ? undefined : verdictOf(only.command, look);
}

/** Which item of a `case` is taken: its index, -1 for none, `undefined` when it cannot be known. */
export function takenItem({ word, items }: Case, look: Lookup): number | undefined {
  const text = textOf(word, look);
  if (text === null) return undefined;
  for (const [index, { pattern, terminator }] of items.entries()) {
    if (terminator !== undefined && terminator !== ';;') return undefined;
    for (const one of pattern) {
      if (one.text === '*') return index;
      const written = textOf(one, look);
      if (written === null || GLOB.test(written)) return undefined;
      if (written === text) return index;
    }
  }
  return -1;
}
