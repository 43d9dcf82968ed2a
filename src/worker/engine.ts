import { type Applied, applyChanges } from '../apply/apply';
import type { Job } from '../config/job';
import { plainPath } from '../config/paths';
import { type Growth, growthOf } from '../plan/growth';
import { type Knob, knobs } from '../plan/knobs';
import type { RecordedChoices } from '../plan/placements/searched';
import { asOverrides, type Change } from '../plan/whatif';
import type { Artefacts } from '../scenario/artefacts';
import type { Scenario } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import { type LayerChoice, type LayerTraffic, layerTraffic } from '../sim/layer-traffic';
import type { SimulationResult } from '../sim/result';
import type {
  ApplyRequest,
  ComparedVariant,
  DocumentReply,
  Exploration,
  ExploreRequest,
  FileAnalysis,
  OfJob,
  PlacementCall,
  PlacementFileCall,
  PlanCall,
  RuleChoices,
  Simulated,
  SimulateRequest,
  TrialRequest,
  VariantAnalysis,
  VariantsRequest,
  Wants,
  WhatIfAnalysis,
  WhatIfRequest,
} from './analysis';
import type { ArtefactStore } from './artefact-store';
import { FileAnalyses } from './file-analyses';
import type { FoundPlacements } from './found-placements';
import { JobFigures } from './job-figures';
import { type EngineOptions, Judging } from './judging';
import { LinkedFiles } from './linked-files';
import { type FileLink, fileLinks } from './links';
import { NumberFiles } from './number-files';
import {
  type PlacementFile,
  type PlacementReply,
  placementFile,
  placementsOf,
  recordedIn,
} from './placements';
import { type PlanProgress, type PlanReply, planJob } from './plan';
import { TurnedKnobs } from './turned-knobs';
import { comparedVariants, variantOf } from './what-ifs';

/**
 * Everything between text and findings, over the files that it was given. Holds texts and results, touches no file
 * itself, and runs the same in the editor's worker, in a web worker and on the command line. What takes long is a generator
 * that yields the fraction done.
 */
export class Engine {
  private readonly files = new LinkedFiles();
  private readonly numbers = new NumberFiles(this.files.textOf);
  private readonly turned = new TurnedKnobs();
  private readonly judging: Judging;
  private readonly jobs: JobFigures;
  private readonly analyses: FileAnalyses;

  constructor(options: EngineOptions = {}) {
    this.judging = new Judging(this.files, this.numbers, options);
    this.jobs = new JobFigures(this.files, this.numbers, this.judging);
    this.analyses = new FileAnalyses(this.files, this.numbers, this.judging, this.jobs);
  }

  /** Files of numbers that jobs name; who reads files fills it. */
  get artefacts(): ArtefactStore {
    return this.numbers.read;
  }

  /** What searches found, until it is saved. */
  get found(): FoundPlacements {
    return this.numbers.found;
  }

  /** Text of a file that was given. */
  get textOf(): (file: string) => string | undefined {
    return this.files.textOf;
  }

  /** Gives or replaces a file's text; `null` forgets the file. */
  setDocument(file: string, text: string | null): DocumentReply {
    const { isNew, document, affects } = this.files.give(file, text);
    if (isNew && text === null) this.numbers.note(file, []);
    return { recognised: document !== null, affects };
  }

  analyse(
    file: string,
    settings: Values,
    disabled: readonly string[],
    severities: RuleChoices['severities'] = {},
  ): FileAnalysis {
    return this.analyses.of(file, settings, { disabled, severities });
  }

  /** What a file refers to, and whether it is at hand; says no more of it, and so is quick. */
  wantsOf(file: string): Wants {
    return this.analyses.wantsOf(file);
  }

  /** The analysis that a file would have with another text. */
  analyseAs(request: TrialRequest): FileAnalysis {
    return this.analyses.ofTrial(request);
  }

  /** What a file names, and where that is. */
  links(file: string): FileLink[] {
    const { document, jobs } = this.files.of(file);
    const workspace = { sources: this.files.sources, pathOf: plainPath };
    return document === null ? [] : fileLinks(document, jobs, workspace);
  }

  /** A job of the engine's files. @throws where there is none (any more) */
  job(id: string): Job {
    return this.files.job(id);
  }

  /** A job's scenario, figures and what the rules say about them; also of a job that no file holds (a preset on its own). */
  *simulate(job: Job, request: OfJob<SimulateRequest>): Generator<number, Simulated> {
    return yield* this.jobs.simulate(job, request);
  }

  /** The figures of a job alone, as they are or with some fields changed; `null` where that is no legal job. */
  *figures(
    job: Job,
    request: OfJob<SimulateRequest>,
    changes: Values,
  ): Generator<number, SimulationResult | null> {
    return yield* this.jobs.figures(job, request, changes);
  }

  *whatIf(job: Job, request: OfJob<SimulateRequest & WhatIfRequest>): Generator<number, WhatIfAnalysis> {
    const baseline = yield* this.jobs.simulate(job, request);
    const beside = yield* variantOf(this.jobs, job, request, baseline);
    return {
      ...beside,
      baseline,
      knobs: this.turned.of(job, this.jobs.scenarioWith(job, request.settings), request.openKnobs ?? []),
    };
  }

  /** A job with changes, for those who have the job as it is. */
  *variant(job: Job, request: OfJob<SimulateRequest & WhatIfRequest>): Generator<number, VariantAnalysis> {
    const { scenario } = this.jobs.resolve(job, request);
    const result = scenario ? yield* this.jobs.run(scenario, request.engine) : null;
    return yield* variantOf(this.jobs, job, request, { scenario, result });
  }

  /** What variants of a job come to: the job as it is first, then they in their order. */
  *compareVariants(job: Job, request: OfJob<VariantsRequest>): Generator<number, ComparedVariant[]> {
    return yield* comparedVariants(this.jobs, job, request);
  }

  /** The best configurations of a job. */
  *plan(job: Job, { query, overrides, ...input }: OfJob<PlanCall>): Generator<PlanProgress, PlanReply> {
    const resolve = this.jobs.resolving(job, input);
    return yield* planJob({ overrides, resolve, simulate: this.expected }, query);
  }

  /** Where else the experts of a job could be, and what that would save. */
  *placements(job: Job, { overrides, ...input }: OfJob<PlacementCall>): Generator<number, PlacementReply> {
    return yield* placementsOf({
      job,
      recorded: this.recordedOf(job, input.artefacts),
      overrides,
      found: this.found,
      resolve: (changed) => this.jobs.resolve(job, { ...input, overrides: changed }),
      simulate: this.expected,
    });
  }

  /** A placement that is searched for a job, as a file. @throws Error that says why there is none */
  *placementFile(
    job: Job,
    { settings, overrides, artefacts, ...request }: OfJob<PlacementFileCall>,
  ): Generator<number, PlacementFile> {
    const resolve = this.jobs.resolving(job, { settings, artefacts });
    const recorded = this.recordedOf(job, artefacts);
    return yield* placementFile({ job, recorded, overrides, resolve }, request);
  }

  /** The traffic of one MoE layer, or the mean over all. @throws where the job is not to be simulated, or has no such layer */
  *layerTraffic(
    job: Job,
    settings: Values,
    layer: LayerChoice,
    changes: readonly Change[] = [],
  ): Generator<number, LayerTraffic> {
    const { scenario } = this.jobs.resolve(job, { settings, overrides: asOverrides(changes) });
    return yield* layerTraffic(known(job, scenario), 'expected', layer);
  }

  /** What a what-if can change about a job, each with its present value alone. */
  knobs(job: Job, settings: Values): readonly Knob[] {
    const scenario = this.jobs.scenarioWith(job, settings)({});
    return scenario ? knobs(scenario) : [];
  }

  /** A knob with the values that are worth trying and legal; `null` where the job has none of that name. */
  knob(job: Job, settings: Values, name: string): Knob | null {
    return this.turned.named(job, this.jobs.scenarioWith(job, settings), name);
  }

  /** Turns knobs through their values. */
  *explore(job: Job, { settings, x, y }: OfJob<ExploreRequest>): Generator<number, Exploration | null> {
    return yield* this.turned.explore(job, this.jobs.scenarioWith(job, settings), { x, y });
  }

  /** How the volumes of communication grow with the sizes of a job. @throws where it is not to be simulated */
  *growth(job: Job, settings: Values): Generator<number, readonly Growth[]> {
    const scenarioWith = this.jobs.scenarioWith(job, settings);
    const variant = (change: Change) => scenarioWith(asOverrides([change]));
    return yield* growthOf(known(job, scenarioWith({})), variant, this.expected);
  }

  /** The edits that make a job's files say some changes; `complete` adds to a job what its files do not hold. */
  apply(
    job: Job,
    { changes, settings, disabled }: OfJob<ApplyRequest>,
    complete: (job: Job) => Job = (same) => same,
  ): Applied {
    const again = () => {
      const found = this.files.findJob(job.id);
      return found ? complete(found) : null;
    };
    return applyChanges(job, changes, {
      textOf: this.textOf,
      jobWith: (texts) => this.files.withTexts(texts, again),
      resolve: (one, overrides) => this.jobs.resolve(one, { settings, overrides }),
      errors: (one, texts) => this.files.withTexts(texts, () => this.judging.errors(one, disabled)),
    });
  }

  private readonly expected = (scenario: Scenario) => this.jobs.run(scenario, 'expected');

  /** What the tokens of a job's trace chose, unless other numbers go before it. */
  private recordedOf(job: Job, given: Artefacts = {}): RecordedChoices | null {
    return given.loads || given.trace ? null : recordedIn(this.numbers.of(job));
  }
}

function known({ id }: Job, scenario: Scenario | null): Scenario {
  if (!scenario) throw new Error(`The job ${id} cannot be simulated any more.`);
  return scenario;
}
