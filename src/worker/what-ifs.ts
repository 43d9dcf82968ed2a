import type { Job } from '../config/job';
import { errorsOf, errorsOfChange } from '../lint/variant';
import { variantFigures } from '../plan/variants';
import { asOverrides, compare } from '../plan/whatif';
import type { Scenario } from '../scenario/scenario';
import type {
  ComparedVariant,
  OfJob,
  Simulated,
  SimulateRequest,
  VariantAnalysis,
  VariantsRequest,
  WhatIfRequest,
} from './analysis';
import type { JobFigures } from './job-figures';
import { scenarioKey } from './resolve-job';

const isSame = (one: Scenario | null, other: Scenario | null): boolean =>
  one !== null && other !== null && scenarioKey(one) === scenarioKey(other);

/** Where nobody says how many GPUs there are, each side has the fewest that its layout takes: that is no property of the change. */
function worldNote(baseline: Scenario | null, { scenario, provenance, result }: Simulated): string {
  const [before, after] = [baseline, scenario].map((one) => one?.layout.worldSize);
  if (!result || before === undefined || after === before) return '';
  if (provenance['layout.worldSize']?.kind !== 'assumed') return '';
  return `It has ${after} GPUs and the job ${before}, the fewest for each: no file says how many there are.`;
}

/** A job with changes, for those who have the job as it is. */
export function* variantOf(
  jobs: JobFigures,
  job: Job,
  request: OfJob<SimulateRequest & WhatIfRequest>,
  baseline: Pick<Simulated, 'scenario' | 'result'>,
): Generator<number, VariantAnalysis> {
  const { changes } = request;
  const overrides = { ...request.overrides, ...asOverrides(changes) };
  const variant = yield* jobs.simulate(job, { ...request, overrides });
  const note = worldNote(baseline.scenario, variant);
  return {
    variant: note === '' ? variant : { ...variant, sentence: `${variant.sentence} ${note}` },
    changes,
    delta: baseline.result && variant.result ? compare(baseline.result, variant.result) : [],
    refused: changes.length > 0 ? errorsOfChange(job, asOverrides(changes)) : [],
    isBaseline: isSame(baseline.scenario, variant.scenario),
  };
}

/** What variants of a job come to: the job as it is first, then they in their order. @yields the fraction done */
export function* comparedVariants(
  jobs: JobFigures,
  job: Job,
  { settings, variants }: OfJob<VariantsRequest>,
): Generator<number, ComparedVariant[]> {
  const before = errorsOf(job);
  const compared: ComparedVariant[] = [];
  let present: Scenario | null = null;
  for (const changes of [[], ...variants]) {
    const overrides = asOverrides(changes);
    const { scenario, refusals } = jobs.resolve(job, { settings, overrides });
    const result = scenario ? yield* jobs.run(scenario, 'expected') : null;
    if (compared.length === 0) present = scenario;
    compared.push({
      figures: result && variantFigures(result),
      refusals,
      errors: changes.length > 0 ? errorsOfChange(job, overrides, {}, before) : [],
      isBaseline: isSame(present, scenario),
    });
    yield compared.length / (variants.length + 1);
  }
  return compared;
}
