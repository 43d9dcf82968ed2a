import { findPreset } from '../../src/catalog/models';
import type { FrameworkId } from '../../src/config/fact';
import { presetFacts } from '../../src/config/preset';
import { RefusedScenario } from '../../src/scenario/refusals/refusal';
import { resolveScenario } from '../../src/scenario/resolve';
import type { Scenario } from '../../src/scenario/scenario';
import type { Values } from '../../src/scenario/values';

/** What a measured run was started with, in the words of the command line: `--preset PRESET --set NAME=VALUE`. */
export interface Setting {
  readonly preset: string;
  readonly set: Values;
  /** The framework that computes as this one does, where that is not Megatron-Core. */
  readonly framework?: FrameworkId;
}

/** The scenario that the command line simulates for a setting. */
export function scenarioOfSetting({ preset, set, framework = 'huggingface' }: Setting): Scenario {
  const found = findPreset(preset);
  if (!found) throw new Error(`There is no preset ${preset}.`);
  const resolved = resolveScenario({ framework, facts: presetFacts(found), overrides: set });
  if (!resolved.scenario) throw new RefusedScenario(resolved.refusals);
  return resolved.scenario;
}

/** The arguments of `moe-scope simulate` for a setting. */
export const commandOf = ({ preset, set }: Setting): readonly string[] => [
  'simulate',
  '--preset',
  preset,
  ...Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${String(value)}`]),
];
