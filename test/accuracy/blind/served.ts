import { simulate } from '../../../src/sim/simulate';
import { scenarioOfSetting } from '../measured';
import { blindServing, blindServingSetting } from './serving-rows';

/** Blind serving runs with what is predicted for them. */
export const servedBlind = blindServing.map((row) => ({
  row,
  step: simulate(scenarioOfSetting(blindServingSetting(row))).step,
}));
