import { type PlacementForm, placementForms } from '../config/artefacts/written-placement';
import type { Job } from '../config/job';
import { errorsOf, errorsOfChange } from '../lint/variant';
import { comparePlacements, type PlacementComparison } from '../plan/placements/compare';
import { whyNotKept } from '../plan/placements/kept';
import { type RecordedChoices, searchedSlots } from '../plan/placements/searched';
import { asOverrides } from '../plan/whatif';
import type { ArtefactFile } from '../scenario/artefact-files';
import { moeLayers } from '../scenario/moe-layers';
import type { Refusal } from '../scenario/refusals/refusal';
import type { Scenario } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import type { SimulationResult } from '../sim/result';
import type { FoundPlacements } from './found-placements';
import type { JobResolution } from './resolve-job';

/** Placements of a job beside each other; a job without a scenario has none. */
export interface PlacementReply {
  readonly comparison: PlacementComparison | null;
  readonly resolution: Omit<JobResolution, 'faults'>;
}

/** A job as the engine holds it. */
export interface PlacementJob {
  readonly job: Job;
  /** Tokens of the layers whose loads are known, where they were recorded. */
  readonly recorded: RecordedChoices | null;
  readonly overrides: Values;
  readonly found: FoundPlacements;
  readonly resolve: (overrides: Values) => JobResolution;
  readonly simulate: (scenario: Scenario) => Generator<number, SimulationResult>;
}

/** Where else the experts of a job could be. @yields the fraction done */
export function* placementsOf(one: PlacementJob): Generator<number, PlacementReply> {
  const { job, overrides, found, resolve, simulate } = one;
  const { faults: _, ...resolution } = resolve(overrides);
  const { scenario: base, provenance } = resolution;
  if (base === null) return { comparison: null, resolution };
  const before = errorsOf(job);
  const comparison = yield* comparePlacements({
    base,
    provenance,
    recorded: one.recorded,
    simulate,
    resolve(changes) {
      const changed = resolve({ ...overrides, ...asOverrides(changes) });
      const errors = errorsOfChange(job, asOverrides(changes), {}, before);
      const refused: readonly Pick<Refusal, 'message'>[] = changed.scenario ? errors : changed.refusals;
      return { scenario: errors.length > 0 ? null : changed.scenario, refusals: refused };
    },
    hold: (slots) => found.hold(slots),
  });
  return { comparison, resolution };
}

/** A placement to save: its redundant experts, the id of a form or `null` for the framework's own, and the file's name. */
export interface PlacementFileRequest {
  readonly redundantExperts: number;
  readonly id: string | null;
  readonly file: string;
}

/** A placement that was searched for, as a file that something reads. */
export interface PlacementFile {
  readonly text: string;
  readonly form: Pick<PlacementForm, 'id' | 'title' | 'extension'>;
  /** How the file is named to whatever reads it. */
  readonly use: string;
}

/**
 * A placement that is searched for a job, as its framework reads it: by the loads as they were recorded. In figures they have
 * moved on since, as they have for EPLB.
 *
 * @param form `null`: what the framework reads, or where it reads none what a scenario file does
 * @yields the fraction done
 * @throws Error that says why there is none
 */
export function* placementFile(
  { job, recorded, overrides, resolve }: Omit<PlacementJob, 'found' | 'simulate'>,
  { redundantExperts, id, file }: PlacementFileRequest,
): Generator<number, PlacementFile> {
  const balanced = { 'placement.strategy': 'eplb', 'placement.eplb': true, 'placement.drift': 0 };
  const changed = { ...overrides, ...balanced, 'placement.redundantExperts': redundantExperts };
  const { scenario, refusals } = resolve(changed);
  if (!scenario) throw new Error(refusals.map(({ message }) => message).join(' '));
  const forms = placementForms(job.framework);
  const form = id === null ? forms[0] : forms.find((one) => one.id === id);
  if (!form) throw new Error(`The form is one of ${forms.map((one) => one.id).join(', ')}, not ${id}.`);
  const why = whyNotKept(scenario);
  if (why !== null) throw new Error(why);
  const slots = yield* searchedSlots(scenario, recorded);
  const { model, layout } = scenario;
  const whole = { slots, isMoe: moeLayers(model), ranks: layout.ep, experts: model.routedExperts };
  const { title, extension } = form;
  return {
    text: form.write(whole),
    form: { id: form.id, title, extension },
    use: form.use(file, redundantExperts),
  };
}

/** Tokens of the layers whose loads are known, where the job's routing comes from a trace. */
export function recordedIn(files: readonly ArtefactFile[]): RecordedChoices | null {
  const outcome = files.find(({ name }) => name === 'routing.file')?.outcome;
  if (outcome?.kind !== 'artefact' || outcome.artefact.kind !== 'trace-summary') return null;
  const { counts, choices } = outcome.artefact;
  const routed = choices.filter((_, layer) => counts[layer]!.some((count) => count > 0));
  const topK = routed[0]?.perToken ?? 0;
  if (topK === 0 || routed.some(({ perToken }) => perToken !== topK)) return null;
  return { tokens: routed.map(({ experts }) => experts), topK };
}
