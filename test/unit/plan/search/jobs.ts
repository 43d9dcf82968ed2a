import { findPreset } from '../../../../src/catalog/models';
import type { Fact, FrameworkId } from '../../../../src/config/fact';
import { presetFacts } from '../../../../src/config/preset';
import type { PlannedJob } from '../../../../src/plan/search/plan';
import { asOverrides } from '../../../../src/plan/whatif';
import { resolveScenario } from '../../../../src/scenario/resolve';
import type { Values } from '../../../../src/scenario/values';
import { messagesOf } from '../../facts';

/** A job as a plan takes it. @throws Error where there is none */
export function jobOf(framework: FrameworkId | null, facts: readonly Fact[], overrides: Values): PlannedJob {
  const resolve: PlannedJob['resolve'] = (changes) =>
    resolveScenario({ framework, facts, overrides: { ...overrides, ...asOverrides(changes) } });
  const resolution = resolveScenario({ framework, facts, overrides });
  if (resolution.scenario === null) throw new Error(messagesOf(resolution).join(' '));
  return { base: resolution.scenario, resolve };
}

export const presetJob = (framework: FrameworkId | null, preset: string, overrides: Values): PlannedJob =>
  jobOf(framework, presetFacts(findPreset(preset)!), overrides);
