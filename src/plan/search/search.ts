import type { Scenario } from '../../scenario/scenario';
import type { Change } from '../whatif';
import { bestOf, paretoFront } from './best';
import { type Evaluator, evaluator } from './evaluate';
import type { Figures } from './figures';
import {
  betterBy,
  type Limits,
  memoryProblem,
  type Objective,
  timeProblem,
  tooLittleMemory,
} from './objective';
import { type Configuration, type Family, isPruned, type Pruned, type Space } from './space';

export interface SearchRequest {
  readonly objective: Objective;
  readonly limits: Limits;
  /** How many of the best are kept. */
  readonly top: number;
}

/** One configuration that keeps to the limits. */
export interface Found {
  readonly scenario: Scenario;
  readonly changes: () => readonly Change[];
  readonly figures: Figures;
}

/** What a search has found so far, or in all. */
export interface SearchResult {
  /** Configurations looked at: legal or pruned with their family. */
  readonly searched: number;
  readonly legal: number;
  /** Those of the legal ones that keep to the limits. */
  readonly fitting: number;
  /** Best first. */
  readonly best: readonly Found[];
  /** No other has both more throughput and more free memory; fastest first. */
  readonly pareto: readonly Found[];
  /** Why the others are out, most frequent first; with `fitting` they are all that was searched. */
  readonly rejected: readonly Pruned[];
}

/** How far a search is. */
export interface SearchStep {
  readonly fraction: number;
  readonly soFar: () => SearchResult;
}

/** Families, and members of them, that are looked at between two steps: a few milliseconds of work. */
const STEP = 128;

/**
 * The best configurations of a job. Memory is looked at first, and a layout whose weights alone are too much is left out with
 * all its members: that is certain, since the rest only adds to them.
 *
 * @param spaces one for each number of GPUs
 * @yields how far it is, and what it has found
 */
export function* searchInSteps(
  base: Scenario,
  spaces: readonly Space[],
  request: SearchRequest,
): Generator<SearchStep, SearchResult, void> {
  const figures = evaluator(base);
  const best = bestOf<Found>(request.top, betterBy(request.objective));
  const pareto = paretoFront<Found>();
  const rejected = new Map<string, number>();
  let legal = 0;
  let fitting = 0;
  let searched = 0;
  const reject = (reason: string, count: number): void => {
    rejected.set(reason, (rejected.get(reason) ?? 0) + count);
  };
  const soFar = (): SearchResult => ({
    searched,
    legal,
    fitting,
    best: [...best.best],
    pareto: [...pareto.front],
    rejected: [...rejected].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
  });
  const families: Family[] = [];
  for (const space of spaces) {
    for (const one of space) {
      searched += one.count;
      if (isPruned(one)) reject(one.reason, one.count);
      else if (families.push(one) % STEP === 0) yield { fraction: 0, soFar };
    }
  }
  let looked = 0;
  for (const [at, family] of families.entries()) {
    legal += family.count;
    const problem = familyProblem(figures, family, request.limits);
    if (problem !== null) reject(problem, family.count);
    else {
      for (const member of family.members()) {
        if (++looked % STEP === 0) yield { fraction: at / families.length, soFar };
        const found = judged(figures, member, request.limits);
        if (typeof found === 'string') reject(found, 1);
        else {
          fitting++;
          best.add(found);
          pareto.add(found);
        }
      }
    }
    if (at % STEP === STEP - 1) yield { fraction: at / families.length, soFar };
  }
  return soFar();
}

/** Why no member of a family can fit; `null` where one may. */
export function familyProblem({ leastBytes }: Evaluator, { least }: Family, limits: Limits): string | null {
  const capacity = least.cluster.memoryGiB * GIB;
  const free = capacity - leastBytes(least);
  return free < limits.memoryMarginGiB * GIB ? tooLittleMemory(capacity, limits.memoryMarginGiB) : null;
}

const GIB = 2 ** 30;

/** A configuration with its figures, or why it is out. */
function judged(figures: Evaluator, { scenario, changes }: Configuration, limits: Limits): Found | string {
  const memory = figures.memory(scenario);
  const tooMuch = memoryProblem(memory, limits);
  if (tooMuch !== null) return tooMuch;
  const time = figures.time(scenario);
  return timeProblem(time, limits) ?? { scenario, changes, figures: { ...memory, ...time } };
}
