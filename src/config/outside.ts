import { namesFromOutside } from './answers';
import type { ReadDocument } from './fact';
import { isShellSource } from './frameworks/shared/shell-source';
import { readShell } from './syntax/shell';

/** Names that the text of a file takes from its caller: what a scenario file can answer. */
export function takenFromOutside(file: string, text: string): readonly string[] {
  return isShellSource({ file, text }) ? readShell(text).outside : namesFromOutside(text);
}

/** `EP` of `$EP`, `1` of `${1}`: what an expression that is left open takes from outside. */
export function namesOfExpression(expression: string): string[] {
  const argument = /^\$\{?(\d+)\}?$/.exec(expression)?.[1];
  return argument === undefined ? namesFromOutside(expression) : [argument];
}

/** Scenario names that hang on each name that a document takes from outside and has no value for. */
export function openVariables({
  facts,
}: Pick<ReadDocument, 'facts'>): ReadonlyMap<string, readonly string[]> {
  const open = new Map<string, string[]>();
  for (const { state, name, origin, expression = '' } of facts) {
    // With an origin it is open because another fact is.
    if (state !== 'unresolved' || origin !== undefined) continue;
    for (const variable of namesOfExpression(expression)) {
      const decided = open.get(variable) ?? [];
      if (!decided.includes(name)) open.set(variable, [...decided, name]);
    }
  }
  return open;
}
