import type { Scenario } from '../../scenario/scenario';
import type { Comparison, ParameterCount, TrafficResult } from '../result';
import { dataParallel } from './data-parallel';
import { expertParallel } from './expert-parallel';
import { pipelineParallel } from './pipeline-parallel';
import { stepScope } from './scope';
import { tensorParallel } from './tensor-parallel';

/** The four textbook formulas of parallel training beside the exact bytes that one rank sends, each with its reasons. */
export function comparison(
  scenario: Scenario,
  traffic: TrafficResult,
  parameters: ParameterCount,
): Comparison {
  const scope = stepScope(scenario);
  return {
    ep: expertParallel(scenario, traffic, scope),
    tp: tensorParallel(scenario, scope),
    dp: dataParallel(scenario, parameters, scope),
    pp: pipelineParallel(scenario, scope),
  };
}
