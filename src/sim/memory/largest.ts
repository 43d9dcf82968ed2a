import type { Scenario, WorkloadScenario } from '../../scenario/scenario';
import type { StageGroup } from '../parameters/stages';
import type { LargestThatFits } from '../result';
import { candidates, type Load, slackBytes } from './rank-memory';

/** Nobody trains or serves longer sequences; without a bound, a model with a fixed state would take any. */
const LONGEST = 2 ** 30;

/**
 * The largest microbatch and sequence (training), context and concurrency (serving) that fit, each with all else as it is,
 * by the functions that say what is held. `null`: not even one fits. Load grows in proportion to the tokens.
 */
export function largest(
  scenario: Scenario,
  stages: readonly StageGroup[],
  loads: readonly Load[],
): LargestThatFits {
  const { workload, layout } = scenario;
  const tried = candidates(loads);
  const slack = (change: Partial<WorkloadScenario>, tokens: number): number => {
    const tokensPerRank = workload.tokensPerRank * tokens;
    const changed = { ...scenario, workload: { ...workload, tokensPerRank, ...change } };
    const scaled = tried.map((load) => ({
      ...load,
      assignments: load.assignments * tokens,
      buffers: load.buffers * tokens,
    }));
    return Math.min(...stages.flatMap(({ stage }) => scaled.map((load) => slackBytes(changed, stage, load))));
  };
  if (workload.mode === 'train') {
    const { microBatchSize, sequenceLength } = workload;
    const perRank = Math.round(workload.globalBatchSize / layout.dp);
    const granularity = layout.tp * layout.cp;
    const sequences = largestInteger(
      (count) => slack({ sequenceLength: count * granularity }, (count * granularity) / sequenceLength),
      Math.floor(LONGEST / granularity),
    );
    const sizes = divisorsOf(perRank).filter(
      (size) => slack({ microBatchSize: size }, size / microBatchSize) >= 0,
    );
    return {
      microBatchSize: sizes.at(-1) ?? null,
      sequenceLength: sequences === null ? null : sequences * granularity,
    };
  }
  const decodes = workload.mode !== 'prefill';
  return {
    contextLength: largestInteger((contextLength) => slack({ contextLength }, 1), LONGEST),
    concurrency: largestInteger(
      (concurrency) => slack({ concurrency }, decodes ? concurrency / workload.concurrency : 1),
      LONGEST,
    ),
  };
}

function divisorsOf(value: number): readonly number[] {
  const small: number[] = [];
  for (let divisor = 1; divisor * divisor <= value; divisor++) if (value % divisor === 0) small.push(divisor);
  const large = small.map((divisor) => value / divisor).reverse();
  return [...new Set([...small, ...large])];
}

/**
 * The largest whole number from 1 to `bound` whose slack is not negative, of a slack that never grows: between a number that
 * fits and one that does not, where a straight line would cross zero, and halfway where that is slow.
 */
function largestInteger(slack: (value: number) => number, bound: number): number | null {
  let fits = { value: 1, slack: slack(1) };
  if (fits.slack < 0) return null;
  let fails = { value: bound, slack: slack(bound) };
  if (fails.slack >= 0) return bound;
  for (let step = 0; fails.value - fits.value > 1; step++) {
    const line = fits.slack / (fits.slack - fails.slack);
    const share = step % 3 === 2 ? 0.5 : line;
    const guess = Math.floor(fits.value + share * (fails.value - fits.value));
    const value = Math.min(fails.value - 1, Math.max(fits.value + 1, guess));
    const next = { value, slack: slack(value) };
    if (next.slack >= 0) fits = next;
    else fails = next;
  }
  return fits.value;
}
