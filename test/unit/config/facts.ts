import type { Fact, ReadDocument } from '../../../src/config/fact';
import { read } from '../../../src/config/read';

export function mustRead(file: string, text: string): ReadDocument {
  const document = read({ file, text });
  if (document === null) throw new Error(`${file} is not recognised`);
  return document;
}

/** The one fact of that name (of that command); throws when there are more, or none. */
export function factOf(document: ReadDocument, name: string, command?: number): Fact {
  const facts = document.facts.filter(
    (fact) => fact.name === name && (command === undefined || fact.command === command),
  );
  if (facts.length !== 1) throw new Error(`${facts.length} facts are called ${name}`);
  return facts[0]!;
}

/** Values by name, of resolved facts; for several of one name the first. */
export function valuesOf(facts: readonly Fact[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const fact of facts) {
    if (fact.state !== 'unresolved' && !(fact.name in values)) values[fact.name] = fact.value;
  }
  return values;
}

export function textOf(text: string, fact: Fact): string {
  return text.slice(fact.range.start, fact.range.end);
}
