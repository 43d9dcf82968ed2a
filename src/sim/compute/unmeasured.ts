import type { ModelScenario } from '../../scenario/scenario';
import { linearMixerKind } from '../parameters/linear';

/** Parts of models that runs with which constants were fitted have. */
interface MeasuredParts {
  readonly linear: ReadonlySet<string>;
  readonly indexer: boolean;
}

export const NO_PARTS: MeasuredParts = { linear: new Set(), indexer: false };
/** The serving runs of Qwen3.5 and GLM-5. */
export const SERVED_PARTS: MeasuredParts = { linear: new Set(['gated-deltanet']), indexer: true };

/** What the model has and no run has that the constants were fitted on, as a sentence; `null` where there is nothing. */
export function unmeasuredParts(model: ModelScenario, measured: MeasuredParts): string | null {
  const parts = [
    ...(model.linear === null || measured.linear.has(model.linear.kind)
      ? []
      : [`${linearMixerKind(model.linear).title} layers`]),
    ...(model.indexer === null || model.compressed !== null || measured.indexer ? [] : ['sparse attention']),
    ...(model.compressed === null ? [] : ['attention to compressed tokens']),
    ...(model.moeLatentSize === null ? [] : ['experts in a latent']),
  ];
  if (parts.length === 0) return null;
  return `Counted by FLOP and bytes alone, since no measured run has them: ${parts.join(', ')}.`;
}
