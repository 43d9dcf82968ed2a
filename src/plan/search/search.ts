import type { Scenario } from '../../scenario/scenario';
import type { Change } from '../whatif';
import { bestOf, paretoFront } from './best';
import type { Evaluator, FamilyFigures } from './evaluate';
import type { Figures, MemoryFigures, TimeFigures } from './figures';
import { betterBy, type Limits, memoryProblem, type Objective, timeProblem } from './objective';
import { lazily } from './remembered';
import { type Family, isPruned, type Pruned, type Space, sizeOf, type Way } from './space';

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

/** Families that are looked at between two steps: about a millisecond of work, or of illegal and hopeless ones less. */
const STEP = { families: 8, pruned: 128 };

/**
 * The best configurations of a job. Memory is looked at first, and a layout whose weights alone are too much is left out with
 * all its members: that is certain, since the rest only adds to them.
 *
 * @param figures those of the job
 * @param spaces one for each number of GPUs
 * @yields how far it is, and what it has found
 */
export function* searchInSteps(
  figures: Evaluator,
  spaces: readonly Space[],
  request: SearchRequest,
): Generator<SearchStep, SearchResult, void> {
  const best = bestOf<Found>(request.top, betterBy(request.objective));
  const pareto = paretoFront<Found>();
  const judge = judgeOf(request.limits);
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
    best: [...best.kept],
    pareto: [...pareto.kept],
    rejected: [...rejected].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
  });
  const families: Family[] = [];
  let looked = 0;
  for (const space of spaces) {
    for (const one of space) {
      if (++looked % STEP.pruned === 0) yield { fraction: 0, soFar };
      if (isPruned(one)) {
        searched += one.count;
        reject(one.reason, one.count);
      } else {
        searched += sizeOf(one);
        families.push(one);
      }
    }
  }
  for (const [at, family] of families.entries()) {
    if (at % STEP.families === 0) yield { fraction: at / families.length, soFar };
    legal += sizeOf(family);
    for (const member of keptMembers(figures(family), family, judge, reject)) {
      fitting++;
      const found = lazily((): Found => {
        const { scenario, changes } = family.member(member.microBatchSize, member.way);
        return { scenario, changes, figures: member.figures };
      });
      best.add(member.figures, found);
      pareto.add(member.figures, found);
    }
  }
  return soFar();
}

/** A member of a family that keeps to the limits. */
interface KeptMember {
  readonly microBatchSize: number;
  readonly way: Way;
  readonly figures: Figures;
}

/** Why figures keep a configuration out, as a family; `null` where they do not. */
export interface Judge {
  readonly memory: (figures: MemoryFigures) => string | null;
  readonly time: (figures: TimeFigures) => string | null;
}

export const judgeOf = (limits: Limits): Judge => ({
  memory: memoryProblem(limits),
  time: (figures) => timeProblem(figures, limits),
});

/** Members of a family that keep to the limits. @param reject is told why others do not, and how many */
export function* keptMembers(
  { capacityBytes, leastBytes, of }: FamilyFigures,
  family: Family,
  judge: Judge,
  reject: (reason: string, count: number) => void,
): Generator<KeptMember, void, void> {
  const hopeless = judge.memory({ capacityBytes, peakBytes: leastBytes, kvSequences: null });
  if (hopeless !== null) {
    reject(hopeless, sizeOf(family));
    return;
  }
  for (const microBatchSize of family.microBatches) {
    const ofWay = of(microBatchSize);
    for (const way of family.ways) {
      const { memory, time } = ofWay(way);
      const tooMuch = judge.memory(memory);
      if (tooMuch !== null) {
        reject(tooMuch, 1);
        continue;
      }
      const taken = time();
      const tooLong = judge.time(taken);
      if (tooLong !== null) {
        reject(tooLong, 1);
        continue;
      }
      const { peakBytes, kvSequences } = memory;
      const { seconds, tokensPerSecondPerGpu, tpotMilliseconds, ttftMilliseconds } = taken;
      const figures = {
        seconds,
        tokensPerSecondPerGpu,
        tpotMilliseconds,
        ttftMilliseconds,
        peakBytes,
        capacityBytes,
        kvSequences,
      };
      yield { microBatchSize, way, figures };
    }
  }
}
