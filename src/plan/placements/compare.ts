import type { Provenance } from '../../scenario/provenance';
import type { LayerTable, Scenario } from '../../scenario/scenario';
import type { SimulationResult } from '../../sim/result';
import type { Change } from '../whatif';
import { entryOf, type PlacementEntry } from './entries';
import { figuresOf } from './figures';
import { whyNotKept } from './kept';
import { optionOf, type PlacementOption, type ResolvePlacement, redundantCounts } from './options';
import { OTHER_SKEWS, type RoutingGround, routingGround } from './routing-ground';
import { type RecordedChoices, searchedSlots } from './searched';
import { bestOf, type PlacementVerdict, stepName, verdictOf, withSlots } from './verdict';

/** A job whose placements are compared. */
export interface PlacedJob {
  readonly base: Scenario;
  readonly provenance: Provenance;
  readonly resolve: ResolvePlacement;
  readonly simulate: (scenario: Scenario) => Generator<number, SimulationResult>;
  /** What tokens of each layer chose, where that was recorded. */
  readonly recorded: RecordedChoices | null;
  /** Keeps a placement that was found. @returns the changes of the job that take it */
  readonly hold: (slots: LayerTable) => readonly Change[];
}

/** The placements of a job beside each other. */
export interface PlacementComparison {
  readonly verdict: PlacementVerdict;
  /** As configured, in index order, by EPLB with ever more redundant experts, searched. */
  readonly entries: readonly PlacementEntry[];
  /** What a time is of: `decode step`. */
  readonly step: string;
  readonly routing: RoutingGround;
  /** Where the skew is assumed: what the placement of the verdict saves with others. */
  readonly skews: readonly { readonly sigma: number; readonly savedMicroseconds: number }[];
  /** Why a search brought nothing: the job cannot take what it found, or EPLB is as fast; `null` where it is faster, or had no start. */
  readonly foundNothing: string | null;
  /** Why the placement that was searched cannot be saved for the engine; `null` where it can, or where there is none. */
  readonly notKept: string | null;
  /** Placements that the job's framework refuses, with why. */
  readonly refused: readonly { readonly redundantExperts: number; readonly reason: string }[];
  readonly milliseconds: number;
}

/** Shares of the work: placements as they are, the search, and other skews. */
const SIMULATED = 0.3;
const SEARCHED = 0.9;

/**
 * Where else the experts of a job could be, and what each placement would save: in index order, by EPLB with as many
 * redundant experts as the layout allows, and by a search from the best of those.
 *
 * @yields the fraction done
 */
export function* comparePlacements(job: PlacedJob): Generator<number, PlacementComparison, void> {
  const started = Date.now();
  const { base, resolve, simulate } = job;
  const trains = base.workload.mode === 'train';
  const now = { kind: 'present', scenario: base, changes: [] } as const;
  const options = base.layout.ep === 1 ? [] : optionsOf(base, resolve, trains);
  const known = options.filter(isOption);
  const results: { readonly option: PlacementOption; readonly result: SimulationResult }[] = [];
  for (const [at, option] of [now, ...known].entries()) {
    const width = SIMULATED / (known.length + 1);
    results.push({ option, result: yield* portion(simulate(option.scenario), at * width, width) });
  }
  const [present] = results;
  const inOrder = results.find(({ option }) => option.kind === 'in-order') ?? present!;
  const plain = figuresOf(inOrder.result);
  const compared = results.map(({ option, result }) => entryOf(option, result, plain));
  const balanced = compared.filter(({ kind }) => kind === 'eplb');
  const verdict = verdictOf(base, plain, balanced, inOrder.result.step.basis);
  const best = bestOf(balanced, plain);
  const start = known.find(
    ({ kind, scenario }) => kind === 'eplb' && scenario.placement.redundantExperts === best?.redundantExperts,
  );
  const step = stepName(base);
  const found = start ? yield* searched(job, start) : null;
  const searchedEntry =
    found === null || typeof found === 'string' ? null : entryOf(found.option, found.result, plain);
  // A job that is one of the others is listed as that.
  const isListed = compared.some(({ kind, changes }) => kind !== 'present' && changes.length === 0);
  return {
    verdict,
    entries: [
      ...compared.filter(({ kind }) => kind !== 'present' || !isListed),
      ...(searchedEntry ? [searchedEntry] : []),
    ],
    step,
    routing: routingGround(base, job.provenance),
    skews: start ? yield* otherSkews(job, inOrder.option, start) : [],
    foundNothing: typeof found === 'string' ? found : noFaster(searchedEntry, best, step),
    notKept: searchedEntry && whyNotKept(base),
    refused: options.filter((one): one is Refused => !isOption(one)),
    milliseconds: Date.now() - started,
  };
}

interface Refused {
  readonly redundantExperts: number;
  readonly reason: string;
}

const isOption = (one: PlacementOption | Refused): one is PlacementOption => !('reason' in one);

/** The placements that engines make: in index order with the fewest slots, and EPLB's; replicas are for serving. */
function optionsOf(
  base: Scenario,
  resolve: ResolvePlacement,
  trains: boolean,
): readonly (PlacementOption | Refused)[] {
  const counts = redundantCounts(base).slice(0, trains ? 1 : undefined);
  const asked = (kind: 'in-order' | 'eplb', redundantExperts: number): PlacementOption | Refused => {
    const option = optionOf(base, resolve, kind, redundantExperts);
    return typeof option === 'string' ? { redundantExperts, reason: option } : option;
  };
  const plain = counts.map((count) => asked('in-order', count)).find(isOption);
  return [...(plain ? [plain] : []), ...counts.map((count) => asked('eplb', count))];
}

/** What a search makes of a placement of EPLB's, as the job would be with it; or why the job cannot take it, as a sentence. */
function* searched(job: PlacedJob, start: PlacementOption) {
  const slots = yield* portion(searchedSlots(start.scenario, job.recorded), SIMULATED, SEARCHED - SIMULATED);
  const held = job.hold(slots);
  let refusal = '';
  for (const changes of [held, besideEplb(held)]) {
    const { scenario, refusals } = job.resolve(changes);
    if (scenario === null) {
      refusal ||= refusals.map(({ message }) => message).join(' ');
      continue;
    }
    const result = yield* portion(job.simulate(scenario), SEARCHED, 0);
    return { option: { kind: 'searched', scenario, changes } as const, result };
  }
  return `The job cannot take a placement that was searched. ${refusal}`;
}

/** A search is by the loads that EPLB knew; those that are served have drifted, and may undo what little it gained. */
function noFaster(
  found: PlacementEntry | null,
  eplb: PlacementEntry | undefined,
  step: string,
): string | null {
  if (!found || !eplb || found.figures.stepSeconds < eplb.figures.stepSeconds) return null;
  return `The search found no shorter ${step} than EPLB's ${withSlots(eplb)}.`;
}

/** The placement as it is while EPLB stays on: vLLM does not start with redundant experts where that is off (VL003). */
const besideEplb = (held: readonly Change[]): readonly Change[] => [
  ...held.filter(({ name }) => name !== 'placement.eplb'),
  { name: 'placement.strategy', value: 'explicit' },
];

/** What EPLB would save with half and with one and a half of an assumed skew. */
function* otherSkews(job: PlacedJob, plain: PlacementOption, balanced: PlacementOption) {
  const { routing } = job.base;
  if (routing.distribution !== 'lognormal' || job.provenance['routing.sigma']?.kind !== 'assumed') return [];
  const found: { readonly sigma: number; readonly savedMicroseconds: number }[] = [];
  for (const share of OTHER_SKEWS) {
    const sigma = share * routing.sigma;
    const seconds: number[] = [];
    for (const { scenario } of [plain, balanced]) {
      const skewed = { ...scenario, routing: { ...scenario.routing, sigma } };
      seconds.push((yield* portion(job.simulate(skewed), SEARCHED, 0)).step.seconds);
    }
    found.push({ sigma, savedMicroseconds: 1e6 * (seconds[0]! - seconds[1]!) });
  }
  return found;
}

/** The same steps, with their fraction done as a portion of a larger whole. */
function* portion<T>(steps: Generator<number, T>, from: number, width: number): Generator<number, T, void> {
  let next = steps.next();
  while (!next.done) {
    yield from + next.value * width;
    next = steps.next();
  }
  return next.value;
}
