import type { ModelScenario } from './scenario';

/** For each layer, whether it is a MoE layer. Shape: [layers]. */
export function moeLayers(model: ModelScenario): readonly boolean[] {
  const { moeLayerFrequency: frequency, moeLayerOffset: offset, firstDenseLayers } = model;
  const without = new Set([...model.denseLayers, ...model.feedForwardFreeLayers]);
  return Array.from({ length: model.layers }, (_, layer) => {
    if (model.routedExperts === 0 || layer < firstDenseLayers || without.has(layer)) return false;
    if (typeof frequency !== 'number') return frequency[layer] === 1;
    return (((layer - offset) % frequency) + frequency) % frequency === 0;
  });
}

/** Number of MoE layers of the main model. */
export function moeLayerCount(model: ModelScenario): number {
  return moeLayers(model).filter(Boolean).length;
}
