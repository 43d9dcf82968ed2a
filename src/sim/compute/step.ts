import type { Scenario } from '../../scenario/scenario';
import type { StepResult } from '../result';
import type { StepExchange, StepTraffic } from './all-to-all';
import { servingStep } from './serving/serve';
import { trainStep } from './train-step';

/** Seconds of one optimizer step (train) or one forward pass (prefill, decode), what it is made of, and its throughput. */
export function step(scenario: Scenario, traffic: StepTraffic, time: StepExchange): StepResult {
  return scenario.workload.mode === 'train'
    ? trainStep(scenario, traffic, time)
    : servingStep(scenario, traffic, time);
}
