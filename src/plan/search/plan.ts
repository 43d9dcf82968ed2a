import type { BackendId, CommunicationScenario, Scenario } from '../../scenario/scenario';
import { evaluator, figuresOfScenario } from './evaluate';
import type { Figures } from './figures';
import { type Limits, memoryProblem, NO_LIMITS, type Objective } from './objective';
import { type SearchResult, searchInSteps } from './search';
import { type ResolveChanges, servingSpace } from './serving-space';
import type { Space } from './space';
import { trainerOf } from './trainers';
import { trainingSpace } from './training-space';
import type { Communications } from './training-ways';

/** What a plan is asked for. */
export interface PlanRequest {
  /** Numbers of GPUs; none: the job's own. */
  readonly gpus: readonly number[];
  readonly objective: Objective;
  readonly limits: Limits;
  readonly top: number;
}

/** A job as a plan needs it: its scenario, and what it is with some fields changed. */
export interface PlannedJob {
  readonly base: Scenario;
  readonly resolve: ResolveChanges;
}

/** The present layout's figures beside the best ones that were found. */
export interface PlanSearch extends SearchResult {
  readonly gpus: readonly number[];
  readonly present: { readonly figures: Figures; readonly keepsMemory: boolean };
}

/** How far a plan is. */
export interface PlanStep {
  readonly fraction: number;
  readonly soFar: () => PlanSearch;
}

/** Every legal configuration of a job on some numbers of GPUs, judged. @yields how far it is, and what it has found */
export function* planInSteps(
  { base, resolve }: PlannedJob,
  request: PlanRequest,
): Generator<PlanStep, PlanSearch, void> {
  const gpus = request.gpus.length > 0 ? request.gpus : [base.layout.worldSize];
  const figures = evaluator(base);
  const ofBase = figuresOfScenario(base, figures);
  const present = { figures: ofBase, keepsMemory: memoryProblem(NO_LIMITS)(ofBase) === null };
  const asPlan = (result: SearchResult): PlanSearch => ({ ...result, gpus, present });
  const steps = searchInSteps(figures, spacesOf({ base, resolve }, gpus), request);
  let next = steps.next();
  while (!next.done) {
    const { fraction, soFar } = next.value;
    yield { fraction, soFar: () => asPlan(soFar()) };
    next = steps.next();
  }
  return asPlan(next.value);
}

/** The configurations of a job on each number of GPUs. */
export function spacesOf({ base, resolve }: PlannedJob, gpus: readonly number[]): readonly Space[] {
  if (base.workload.mode !== 'train') return gpus.map((count) => servingSpace(base, count, resolve));
  const communications = communicationsOf(base, resolve);
  return gpus.map((count) => trainingSpace(base, count, communications));
}

/** How a job communicates with each backend that its trainer has. */
function communicationsOf(base: Scenario, resolve: ResolveChanges): Communications {
  const known = new Map<BackendId, CommunicationScenario>([[base.communication.backend, base.communication]]);
  for (const backend of trainerOf(base.framework).backends) {
    const { scenario } = resolve([{ name: 'communication.backend', value: backend }]);
    if (scenario !== null) known.set(backend, scenario.communication);
  }
  return known;
}
