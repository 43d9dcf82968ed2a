import type { Job } from '../config/job';
import type { Finding } from '../lint/finding';
import { errorsOf, errorsOfChange } from '../lint/variant';
import { isTriedForVerdict, sensitivity, sweep, type Variants } from '../plan/explore';
import { type IsLegal, type Knob, knobs, withOptions } from '../plan/knobs';
import { figuresOfScenario } from '../plan/search/evaluate';
import { asOverrides } from '../plan/whatif';
import type { Exploration, ExploreRequest } from './analysis';
import type { ScenarioWith } from './job-figures';
import { scenarioKey } from './resolve-job';

/** What a what-if can change about jobs, each field with the values that are legal in its job. */
export class TurnedKnobs {
  /** The values are tried once for a job, not for every turn of a knob. */
  private readonly tried = new WeakMap<Job, { readonly key: string; readonly knobs: Map<string, Knob> }>();

  /** The knobs of a job: the first ones, and those that are `open`, with their values. */
  of(job: Job, scenarioWith: ScenarioWith, open: readonly string[]): readonly Knob[] {
    const scenario = scenarioWith({});
    if (!scenario) return [];
    const key = scenarioKey(scenario);
    const known = this.tried.get(job);
    const tried = known?.key === key ? known.knobs : new Map<string, Knob>();
    this.tried.set(job, { key, knobs: tried });
    const isLegal = legalIn(job, scenarioWith);
    return knobs(scenario).map((one) => {
      if (!one.primary && !open.includes(one.name)) return one;
      const complete = tried.get(one.name) ?? withOptions(one, scenario, isLegal);
      tried.set(one.name, complete);
      return complete;
    });
  }

  /** One of them with its values; `null` where the job has none of that name. */
  named(job: Job, scenarioWith: ScenarioWith, name: string): Knob | null {
    return this.of(job, scenarioWith, [name]).find((one) => one.name === name) ?? null;
  }

  /** Turns knobs through their values. @yields the fraction done */
  *explore(
    job: Job,
    scenarioWith: ScenarioWith,
    { x, y }: Pick<ExploreRequest, 'x' | 'y'>,
  ): Generator<number, Exploration | null> {
    const scenario = scenarioWith({});
    if (!scenario) return null;
    const isLegal = legalIn(job, scenarioWith);
    const variants: Variants = (changes) => (isLegal(changes) ? scenarioWith(asOverrides(changes)) : null);
    const present = figuresOfScenario(scenario);
    const named = (name: string | null) => name && this.named(job, scenarioWith, name);
    if (x === null) {
      const wanted = knobs(scenario).filter(isTriedForVerdict);
      const complete: Knob[] = [];
      for (const { name } of wanted) {
        complete.push(this.named(job, scenarioWith, name)!);
        yield 0;
      }
      return { present, sensitivities: yield* sensitivity(complete, variants), sweep: null };
    }
    const [across, down] = [named(x), named(y)];
    if (!across || (y !== null && !down)) return null;
    return { present, sensitivities: [], sweep: yield* sweep(across, down || null, variants) };
  }
}

function legalIn(job: Job, scenarioWith: ScenarioWith): IsLegal {
  let before: readonly Finding[] | undefined;
  return (changes) => {
    const overrides = asOverrides(changes);
    if (scenarioWith(overrides) === null) return false;
    before ??= errorsOf(job);
    return errorsOfChange(job, overrides, {}, before).length === 0;
  };
}
