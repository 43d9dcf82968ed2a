import type { ModelScenario } from '../../scenario/scenario';
import { linearMixerKind } from '../parameters/linear';

/** What the model has and no run has that the constants were fitted on, as a sentence; `null` where there is nothing. */
export function unmeasuredParts(model: ModelScenario): string | null {
  const parts = [
    ...(model.linear === null ? [] : [`${linearMixerKind(model.linear).title} layers`]),
    ...(model.indexer === null ? [] : ['sparse attention']),
    ...(model.moeLatentSize === null ? [] : ['experts in a latent']),
  ];
  if (parts.length === 0) return null;
  return `Counted by FLOP and bytes alone, since no measured run has them: ${parts.join(', ')}.`;
}
