import { findPreset, MODEL_PRESETS } from '../../../src/catalog/models';
import { presetFacts } from '../../../src/config/preset';
import { RefusedScenario } from '../../../src/scenario/refusals/refusal';
import { resolveScenario } from '../../../src/scenario/resolve';
import type { ModelScenario } from '../../../src/scenario/scenario';
import { countParameters } from '../../../src/sim/parameters/count';
import type { AccuracyRow, AccuracyTable } from '../report/table';

/**
 * A published model, from its config as the product reads it.
 * @throws when the catalog has no preset of that name or its config cannot be simulated
 */
export function modelOf(name: string): ModelScenario {
  const { scenario, refusals } = resolveScenario({
    framework: 'huggingface',
    facts: presetFacts(findPreset(name)!),
  });
  if (scenario === null) throw new Error(`${name}: ${new RefusedScenario(refusals).message}`);
  return scenario.model;
}

/** The models of the catalog whose counts are published. */
export const publishedParameters = MODEL_PRESETS.flatMap(({ id, published }) =>
  published === undefined ? [] : [[id, published.total, published.active] as const],
);

export function parameterTables(): AccuracyTable[] {
  return [
    {
      title: 'Parameters',
      unit: 'parameters',
      about:
        'Totals from the safetensors metadata or headers of the published checkpoints, vision towers left out, or from the model cards; active counts routed experts top-k times and nothing else out.',
      rows: publishedParameters.flatMap(([name, total, active]): AccuracyRow[] => {
        const count = countParameters(modelOf(name));
        return [
          { label: `${name}, total`, measured: total, predicted: count.total, use: 'not fitted' },
          { label: `${name}, active`, measured: active, predicted: count.active, use: 'not fitted' },
        ];
      }),
      limits: { max: 0 },
    },
  ];
}
