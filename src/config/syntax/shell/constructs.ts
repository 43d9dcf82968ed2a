import type { AndOr, Assignment, CompoundList, PipelineNode, Word } from 'unbash';

/** `[ -z "$X" ]`, `[[ -n $X ]]`, `test -z $X`: the variable, and whether the test holds when it is empty. */
export function emptyTest(node: PipelineNode | AndOr): { name: string; whenEmpty: boolean } | null {
  let operator: string | undefined;
  let operand: Word | undefined;
  if (node.type === 'TestCommand' && node.expression.type === 'TestUnary') {
    ({ operator, operand } = node.expression);
  } else if (node.type === 'Command' && (node.name?.text === '[' || node.name?.text === 'test')) {
    const [first, second, third] = node.args;
    if (first?.type !== 'Word' || second?.type !== 'Word') return null;
    if (third !== undefined && third.text !== ']') return null;
    operator = first.text;
    operand = second;
  }
  if (operand === undefined || (operator !== '-z' && operator !== '-n')) return null;
  const name = /^"?\$\{?([A-Za-z_]\w*)(:?-)?\}?"?$/.exec(operand.text)?.[1];
  return name === undefined ? null : { name, whenEmpty: operator === '-z' };
}

/** Variables that a loop body gives new values; appending (`+=`) keeps what was there. */
export function assignedIn(body: CompoundList): { name: string; pos: number; end: number }[] {
  const found: { name: string; pos: number; end: number }[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (value === null || typeof value !== 'object' || depth > 400) return;
    if (Array.isArray(value)) {
      for (const element of value) visit(element, depth + 1);
      return;
    }
    const node = value as { readonly type?: string };
    if (node.type === 'Assignment') {
      const assignment = value as Assignment;
      if (!assignment.append) found.push(assignment);
      return;
    }
    // Words and tests assign nothing that counts here.
    if (node.type === 'Word' || node.type === 'TestCommand') return;
    for (const child of Object.values(value)) visit(child, depth + 1);
  };
  visit(body.commands, 0);
  return found;
}
