import type { ModelScenario } from '../../scenario/scenario';
import { compressedParameters } from './compressed';
import { gqaParameters } from './gqa';
import { indexerParameters } from './indexer';
import type { LayerKind, MixerKind } from './kinds';
import { linearParameters } from './linear';
import { mlaParameters } from './mla';
import { NO_PARAMETERS, plus, type SplitParameters } from './split';

function fullAttention(model: ModelScenario): SplitParameters {
  return model.mla === null ? gqaParameters(model, 'attention') : mlaParameters(model, model.mla);
}

const MIXERS: Readonly<Record<MixerKind, (model: ModelScenario) => SplitParameters>> = {
  attention: fullAttention,
  sparse: fullAttention,
  sliding: (model) =>
    model.compressed === null ? gqaParameters(model, 'sliding') : compressedParameters(model, 'sliding'),
  'compressed-chosen': (model) => compressedParameters(model, 'compressed-chosen'),
  'compressed-all': (model) => compressedParameters(model, 'compressed-all'),
  linear: (model) => (model.linear === null ? NO_PARAMETERS : linearParameters(model, model.linear)),
  none: () => NO_PARAMETERS,
};

/** Weights of one mixer of a layer, its indexer included, in elements, by how tensor parallelism splits them. */
export function mixerParameters(model: ModelScenario, { mixer, hasIndexer }: LayerKind): SplitParameters {
  const weights = MIXERS[mixer](model);
  if (!hasIndexer || model.indexer === null) return weights;
  return plus(weights, { split: 0, replicated: indexerParameters(model, model.indexer) });
}
