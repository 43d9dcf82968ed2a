import { backendName, valueName } from '../plan/knobs';
import { type Figures, freeBytes } from '../plan/search/figures';
import { type Freeing, freeingChanges } from '../plan/search/freeing';
import { costPerMillionTokens, type Limits, type Objective, usualObjective } from '../plan/search/objective';
import { type PlannedJob, type PlanSearch, planInSteps } from '../plan/search/plan';
import type { Found } from '../plan/search/search';
import type { Pruned } from '../plan/search/space';
import { asOverrides, type Change, compare, type DeltaRow } from '../plan/whatif';
import type { Refusal } from '../scenario/refusals/refusal';
import type { LayoutScenario, Scenario } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import type { SimulationResult, StepPart } from '../sim/result';
import { type JobResolution, scenarioKey } from './resolve-job';

/** Numbers of GPUs: one, or all whole nodes from one to another. */
export interface GpuRange {
  readonly from: number;
  readonly to: number;
}

/** What a plan is asked for. */
export interface PlanQuery {
  /** None: the job's own number. */
  readonly gpus: readonly GpuRange[];
  /** `null`: what is usual for the job's mode. */
  readonly objective: Objective | null;
  readonly limits: Limits;
  /** How many of the best are told. */
  readonly top: number;
  /** Price of a GPU hour; `null`: not known. */
  readonly pricePerGpuHour: number | null;
}

/** One configuration as it is told: what it is, its figures, and the changes that make a what-if of it. */
export interface PlanEntry {
  readonly layout: LayoutScenario;
  readonly nodes: number;
  readonly microBatchSize: number;
  readonly recompute: string;
  readonly concurrency: number;
  readonly backend: string;
  readonly placement: string;
  /** Both as people write them: `DeepEP high throughput`, `EPLB, by load`. */
  readonly names: { readonly backend: string; readonly placement: string };
  readonly redundantExperts: number;
  readonly seconds: number;
  readonly tokensPerSecondPerGpu: number;
  readonly tpotMilliseconds: number | null;
  readonly ttftMilliseconds: number | null;
  readonly peakBytes: number;
  readonly freeBytes: number;
  readonly capacityBytes: number;
  /** Serving: sequences per rank that are asked for, and those that the cache holds at a time. */
  readonly kvSequences: Figures['kvSequences'];
  readonly shortage: Figures['shortage'];
  readonly costPerMillionTokens: number | null;
  /** The fewest changes of the job that give it; empty: the job as it is. */
  readonly changes: readonly Change[];
}

/** What a plan has found so far, or in all. */
export interface PlanReport {
  readonly objective: Objective;
  readonly gpus: readonly number[];
  readonly searched: number;
  readonly legal: number;
  readonly fitting: number;
  readonly milliseconds: number;
  /** The job as it is; `null` where that is not legal. */
  readonly present: PlanEntry | null;
  /** Whether the present layout has the memory that it needs. */
  readonly presentFits: boolean;
  readonly best: readonly PlanEntry[];
  readonly pareto: readonly PlanEntry[];
  readonly rejected: readonly Pruned[];
}

/** A change that frees a search, its values as people write them. */
export interface NamedFreeing extends Freeing {
  readonly names: { readonly value: string; readonly from: string };
}

/** A finished plan. */
export interface Plan extends PlanReport {
  /** The job as it is beside the best; empty where there is none, or the job is the best. */
  readonly delta: readonly DeltaRow[];
  readonly parts: readonly PartDelta[];
  /** Where nothing keeps to the limits: single changes after which something does. */
  readonly freeing: readonly NamedFreeing[];
}

/** Seconds of one part of the step in the job as it is and in the best. */
export interface PartDelta {
  readonly name: StepPart['name'];
  readonly baseline: number;
  readonly variant: number;
}

/** A job without a scenario has no plan. */
export interface PlanReply {
  readonly plan: Plan | null;
  readonly refusals: readonly Refusal[];
}

/** How far a plan is, and now and then what it has found so far. */
export type PlanProgress = number | { readonly fraction: number; readonly soFar: () => PlanReport };

/** What was found so far is told no more often than somebody can read it. */
const TELLING_MILLISECONDS = 200;

/** A job as the engine holds it. */
export interface PlanJob {
  readonly overrides: Values;
  readonly resolve: (overrides: Values) => JobResolution;
  readonly simulate: (scenario: Scenario) => Generator<number, SimulationResult>;
}

/** Sizes that follow from those that a plan sets: a value from elsewhere would contradict it. */
const FOLLOWING: ReadonlySet<string> = new Set(['layout.edp', 'layout.expertParallelEnabled']);

/** The best configurations of a job. @yields how far it is, and what it has found so far */
export function* planJob(job: PlanJob, query: PlanQuery): Generator<PlanProgress, PlanReply> {
  const now = job.resolve(job.overrides);
  // A layout that is refused is no reason not to look for others, where it is known on how many GPUs.
  const base = now.scenario ?? (query.gpus.length > 0 ? smallest(job) : null);
  if (base === null) return { plan: null, refusals: now.refusals };
  const started = Date.now();
  const fixed = Object.fromEntries(Object.entries(job.overrides).filter(([name]) => !FOLLOWING.has(name)));
  const planned: PlannedJob = {
    base,
    resolve: (changes) => job.resolve({ ...fixed, ...asOverrides(changes) }),
  };
  const objective = query.objective ?? usualObjective(base);
  const request = { ...query, objective, gpus: counts(query.gpus, base.cluster.gpusPerNode) };
  const entryOf = (found: Found, changes: readonly Change[]) => entry(found, changes, query.pricePerGpuHour);
  const report = (search: PlanSearch, changesOf: (found: Found) => readonly Change[]): PlanReport => ({
    objective,
    gpus: search.gpus,
    searched: search.searched,
    legal: search.legal,
    fitting: search.fitting,
    milliseconds: Date.now() - started,
    present:
      now.scenario && entryOf({ scenario: base, changes: () => [], figures: search.present.figures }, []),
    presentFits: now.scenario !== null && search.present.keepsMemory,
    best: search.best.map((found) => entryOf(found, changesOf(found))),
    pareto: search.pareto.map((found) => entryOf(found, changesOf(found))),
    rejected: search.rejected,
  });

  const steps = planInSteps(planned, request);
  let next = steps.next();
  let told = started;
  while (!next.done) {
    const { fraction, soFar } = next.value;
    if (Date.now() - told < TELLING_MILLISECONDS) yield fraction;
    else {
      yield { fraction, soFar: () => report(soFar(), ({ changes }) => changes()) };
      told = Date.now();
    }
    next = steps.next();
  }
  const search = next.value;
  const known = new Map<Found, readonly Change[]>();
  const found = report(search, (one) => {
    const fewest = known.get(one) ?? fewestChanges(planned, one);
    known.set(one, fewest);
    return fewest;
  });
  const [first] = search.best;
  const freeing = search.fitting > 0 ? [] : yield* asDone(freeingChanges(planned, request));
  const why =
    first && now.scenario ? yield* asDone(whyBest(job, base, first.scenario)) : { delta: [], parts: [] };
  return { plan: { ...found, ...why, freeing: freeing.map(named) }, refusals: [] };
}

/** Numbers of GPUs that one plan looks at. */
const MOST_COUNTS = 512;

function counts(ranges: readonly GpuRange[], gpusPerNode: number): readonly number[] {
  const all = ranges.flatMap(({ from, to }) => {
    if (from === to) return [from];
    const first = Math.ceil(from / gpusPerNode);
    const nodes = Math.min(MOST_COUNTS, Math.max(0, Math.floor(to / gpusPerNode) - first + 1));
    return Array.from({ length: nodes }, (_, node) => (first + node) * gpusPerNode);
  });
  return [...new Set(all)].sort((a, b) => a - b).slice(0, MOST_COUNTS);
}

/** The job on one GPU: legal whatever its own sizes are. */
function smallest({ overrides, resolve }: PlanJob): Scenario | null {
  const ones = ['worldSize', 'tp', 'pp', 'cp', 'dp', 'ep', 'etp', 'vpp'].map((name) => [`layout.${name}`, 1]);
  const own = Object.entries(overrides).filter(([name]) => !FOLLOWING.has(name));
  return resolve({ ...Object.fromEntries([...own, ...ones]), 'cluster.nodes': 1 }).scenario;
}

function entry({ scenario, figures }: Found, changes: readonly Change[], price: number | null): PlanEntry {
  const { layout, cluster, workload, communication, placement } = scenario;
  const { recompute } = workload;
  return {
    layout,
    nodes: cluster.nodes,
    microBatchSize: workload.microBatchSize,
    recompute: typeof recompute === 'string' ? recompute : recompute.join(','),
    concurrency: workload.concurrency,
    backend: communication.backend,
    placement: placement.strategy,
    names: {
      backend: backendName(communication.backend),
      placement: valueName('placement.strategy', placement.strategy),
    },
    redundantExperts: placement.redundantExperts,
    seconds: figures.seconds,
    tokensPerSecondPerGpu: figures.tokensPerSecondPerGpu,
    tpotMilliseconds: figures.tpotMilliseconds,
    ttftMilliseconds: figures.ttftMilliseconds,
    peakBytes: figures.peakBytes,
    freeBytes: freeBytes(figures),
    capacityBytes: figures.capacityBytes,
    kvSequences: figures.kvSequences,
    shortage: figures.shortage,
    costPerMillionTokens: price === null ? null : costPerMillionTokens(figures, price),
    changes,
  };
}

function named(freeing: Freeing): NamedFreeing {
  const { change, value, from } = freeing;
  const nameOf = (one: Change['value']) => valueName(change?.name ?? '', one);
  return { ...freeing, names: { value: nameOf(value), from: nameOf(from) } };
}

/** Of the changes that make a configuration those without which it would be another one. */
function fewestChanges({ resolve }: PlannedJob, { changes }: Found): readonly Change[] {
  const keyOf = (some: readonly Change[]): string | null => {
    const { scenario } = resolve(some);
    return scenario && scenarioKey(scenario);
  };
  const all = changes();
  const wanted = keyOf(all);
  let left = all;
  for (const change of all) {
    const without = left.filter((other) => other !== change);
    if (keyOf(without) === wanted) left = without;
  }
  return left;
}

function* whyBest(
  { simulate }: PlanJob,
  base: Scenario,
  best: Scenario,
): Generator<number, Pick<Plan, 'delta' | 'parts'>> {
  const baseline = yield* simulate(base);
  const variant = yield* simulate(best);
  const partOf = ({ step }: SimulationResult, name: StepPart['name']): number =>
    step.parts.find((part) => part.name === name)?.seconds ?? 0;
  return {
    delta: compare(baseline, variant),
    parts: baseline.step.parts.map(({ name, seconds }) => ({
      name,
      baseline: seconds,
      variant: partOf(variant, name),
    })),
  };
}

/** Steps that come after a search, which is as good as done. */
function* asDone<T>(steps: Generator<number, T, void>): Generator<number, T, void> {
  let next = steps.next();
  while (!next.done) {
    yield 1;
    next = steps.next();
  }
  return next.value;
}
