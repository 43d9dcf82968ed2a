import type { Fact, FactState, FactValue } from '../../src/config/fact';
import type { Resolution } from '../../src/scenario/resolve';

/** A fact with only what a test is about; ranges are empty. */
export function fact(
  name: string,
  value: FactValue,
  state: FactState = 'literal',
  more: Partial<Fact> = {},
): Fact {
  const range = { start: 0, end: 0 };
  return { name, value, key: name, file: 'job.sh', range, keyRange: range, state, ...more };
}

/** The sentences of what is refused. */
export const messagesOf = ({ refusals }: Pick<Resolution, 'refusals'>): string[] =>
  refusals.map(({ message }) => message);

/** Facts of a small model: enough for a scenario. */
export const smallModel: readonly Fact[] = [
  fact('model.name', 'small'),
  fact('model.hiddenSize', 1024),
  fact('model.layers', 8),
  fact('model.vocabSize', 32_000),
  fact('model.attentionHeads', 16),
  fact('model.routedExperts', 64),
  fact('model.topK', 4),
  fact('model.expertIntermediateSize', 512),
];
