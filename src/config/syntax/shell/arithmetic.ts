import type { ArithmeticExpression, WordPart } from 'unbash';

export interface ArithmeticScope {
  /** Value of a variable; `null` when it is not known. */
  variable(name: string): number | null;
  /** Value of `${X}` or `$X` inside the expression. */
  expansion(parts: readonly WordPart[]): number | null;
}

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number | null>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? null : Math.trunc(a / b)),
  '%': (a, b) => (b === 0 ? null : a % b),
  '**': (a, b) => (b < 0 ? null : a ** b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
};

const UNARY: Readonly<Record<string, (a: number) => number>> = {
  '-': (a) => -a,
  '+': (a) => a,
  '!': (a) => Number(a === 0),
};

/** The whole number that `$(( … ))` gives, or `null` when a part of it is not known or it assigns. */
export function evaluateArithmetic(expression: ArithmeticExpression, scope: ArithmeticScope): number | null {
  const result = evaluate(expression, scope);
  return result !== null && Number.isSafeInteger(result) ? result : null;
}

/** Operators inside each other: nobody writes more, and a stack holds some thousands. */
const MAX_DEPTH = 500;

function evaluate(expression: ArithmeticExpression, scope: ArithmeticScope, depth = 0): number | null {
  if (depth > MAX_DEPTH) return null;
  const of = (part: ArithmeticExpression) => evaluate(part, scope, depth + 1);
  switch (expression.type) {
    case 'ArithmeticWord': {
      if (expression.parts !== undefined) return scope.expansion(expression.parts);
      if (/^(0|[1-9]\d*)$/.test(expression.value)) return Number(expression.value);
      // `$X` comes without parts, and so does `X`; only `$1` needs its dollar to be a parameter.
      const name = /^(?:\$?([A-Za-z_]\w*)|\$(\d))$/.exec(expression.value);
      return name === null ? null : scope.variable(name[1] ?? name[2]!);
    }
    case 'ArithmeticGroup':
      return of(expression.expression);
    case 'ArithmeticUnary': {
      const operand = of(expression.operand);
      const apply = expression.prefix ? UNARY[expression.operator] : undefined;
      return operand === null || apply === undefined ? null : apply(operand);
    }
    case 'ArithmeticBinary': {
      const apply = OPERATORS[expression.operator];
      if (apply === undefined) return null;
      const left = of(expression.left);
      const right = of(expression.right);
      return left === null || right === null ? null : apply(left, right);
    }
    case 'ArithmeticTernary': {
      const test = of(expression.test);
      if (test === null) return null;
      return of(test !== 0 ? expression.consequent : expression.alternate);
    }
    case 'ArithmeticCommandExpansion':
      return null;
  }
}
