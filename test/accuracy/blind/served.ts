import { simulate } from '../../../src/sim/simulate';
import { scenarioOfSetting } from '../measured';
import { blindServing, blindServingSetting } from './serving-rows';

/** Blind serving runs with what is predicted for them. */
export const servedBlind = blindServing.map((row) => {
  const result = simulate(scenarioOfSetting(blindServingSetting(row)));
  return { row, result, step: result.step };
});
