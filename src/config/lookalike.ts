import { MODEL_PRESETS } from '../catalog/models';
import type { Fact, FactValue } from './fact';
import { presetFacts } from './preset';

/** Sizes that together no two published models share. */
const SHAPE = [
  'model.hiddenSize',
  'model.layers',
  'model.attentionHeads',
  'model.routedExperts',
  'model.topK',
  'model.expertIntermediateSize',
];
/** What a launch script tends to leave to the tokenizer or to a name, and a model of the same shape knows. */
const FILLED_IN = ['model.name', 'model.vocabSize'];

const known = (facts: readonly Fact[], name: string): FactValue | undefined =>
  facts.find((fact) => fact.name === name && fact.state !== 'unresolved' && fact.value !== null)?.value;

/**
 * What the catalog adds to a model that a script describes by sizes alone: the name of the published model of exactly
 * these sizes, and its vocabulary. Nothing when a size is missing or no preset has them all.
 */
export function lookalikeFacts(facts: readonly Fact[]): readonly Fact[] {
  const missing = FILLED_IN.filter((name) => !facts.some((fact) => fact.name === name));
  if (missing.length === 0 || SHAPE.some((name) => known(facts, name) === undefined)) return [];
  for (const preset of MODEL_PRESETS) {
    const theirs = presetFacts(preset);
    if (!SHAPE.every((name) => known(theirs, name) === known(facts, name))) continue;
    const origin = `all sizes as in ${preset.id}`;
    return theirs
      .filter((fact) => missing.includes(fact.name))
      .map((fact) =>
        fact.name === 'model.name'
          ? { ...fact, value: `${String(fact.value)}-like`, origin }
          : { ...fact, origin },
      );
  }
  return [];
}
