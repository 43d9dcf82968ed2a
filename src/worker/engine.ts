import { type Applied, applyChanges } from '../apply/apply';
import type { ReadDocument } from '../config/fact';
import type { Job } from '../config/job';
import { referencedConfigPaths, wantedModels } from '../config/link';
import type { NamedArtefact } from '../config/link/artefacts';
import { plainPath } from '../config/paths';
import type { RuleFailure } from '../lint/failures';
import type { Finding } from '../lint/finding';
import { lintDocument, lintFigures, lintJob, mergeFindings } from '../lint/lint';
import { type Growth, growthOf } from '../plan/growth';
import { type Knob, knobs } from '../plan/knobs';
import type { RecordedChoices } from '../plan/placements/searched';
import { describeScenario, verdict } from '../plan/verdict';
import { asOverrides, type Change } from '../plan/whatif';
import type { Artefacts } from '../scenario/artefacts';
import type { Scenario } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import { simulationDetail } from '../sim/detail';
import { type LayerChoice, type LayerTraffic, layerTraffic } from '../sim/layer-traffic';
import type { SimulationResult } from '../sim/result';
import type {
  ApplyRequest,
  ComparedVariant,
  DocumentReply,
  Exploration,
  ExploreRequest,
  FileAnalysis,
  JobAnalysis,
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
import type { FoundPlacements } from './found-placements';
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
import { type JobInput, type JobResolution, resolveJob } from './resolve-job';
import { keptResults, withoutMatrices } from './results';
import { type ScenarioWith, TurnedKnobs } from './turned-knobs';
import { comparedVariants, type OfJob, variantOf } from './what-ifs';

/**
 * Everything between text and findings, over the files that it was given. Holds texts and results, touches no file
 * itself, and runs the same in the editor's worker, in a web worker and on the command line.
 */
export class Engine {
  private readonly files = new LinkedFiles();
  private readonly numbers = new NumberFiles(this.files.textOf);
  private readonly judging: Judging;
  private readonly turned = new TurnedKnobs();
  /** Simulates a scenario, unless that was among the last. */
  readonly run = keptResults();

  constructor(options: EngineOptions = {}) {
    this.judging = new Judging(this.files, this.numbers, options);
  }

  /** Files of numbers that jobs name; who reads files fills it. */
  get artefacts(): ArtefactStore {
    return this.numbers.read;
  }

  /** What searches found, until it is saved. */
  get found(): FoundPlacements {
    return this.numbers.found;
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
    return this.analysisOf(file, settings, { disabled, severities }, this.wantsOf(file));
  }

  private analysisOf(file: string, settings: Values, choices: RuleChoices, wants: Wants): FileAnalysis {
    const { document, jobs } = this.files.of(file);
    const failures: RuleFailure[] = [];
    if (document === null) return { file, document, jobs: [], findings: [], failures, ...wants };
    const analyses = jobs.map((job) => this.analyseJob(job, settings));
    const options = this.judging.options(file, choices, failures);
    const findings = mergeFindings([
      ...lintDocument(document, options),
      ...analyses.flatMap(({ analysis: { job, scenario }, faults }) =>
        this.judging.shown(job, lintJob(job, { ...options, scenario, artefacts: faults }), options),
      ),
    ]);
    return { file, document, jobs: analyses.map(({ analysis }) => analysis), findings, failures, ...wants };
  }

  /** What a file refers to, and whether it is at hand; says no more of it, and so is quick. */
  wantsOf(file: string): Wants {
    const { jobs } = this.files.of(file);
    const named = this.numbers.namedBy(jobs);
    this.numbers.note(file, named);
    return this.missing(file, named);
  }

  private missing(file: string, named: readonly NamedArtefact[]): Wants {
    const { document, jobs, missing } = this.files.of(file);
    return {
      wanted: document === null ? [] : wantedOf(document, jobs),
      wantedFiles: [...new Set([...missing, ...jobs.flatMap((job) => job.missingFiles)])],
      artefacts: this.artefacts.needs(named),
    };
  }

  /** The analysis that a file would have with another text. */
  analyseAs({ file, text, settings, ...choices }: TrialRequest): FileAnalysis {
    return this.files.withText(file, text, () =>
      this.analysisOf(file, settings, choices, this.missing(file, [])),
    );
  }

  /** What a file names, and where that is. */
  links(file: string): FileLink[] {
    const { document, jobs } = this.files.of(file);
    const workspace = { sources: this.files.sources, pathOf: plainPath };
    return document === null ? [] : fileLinks(document, jobs, workspace);
  }

  *simulateInSteps(request: SimulateRequest): Generator<number, Simulated> {
    return yield* this.simulateJob(this.job(request.jobId), request);
  }

  /** Like `simulateInSteps`, for a job that is not among the engine's files (a preset on its own). */
  *simulateJob(job: Job, request: OfJob<SimulateRequest>): Generator<number, Simulated> {
    const { faults: _, ...resolution } = this.resolve(job, request);
    const result = resolution.scenario ? yield* this.run(resolution.scenario, request.engine) : null;
    const failures: RuleFailure[] = [];
    const isJudged = result !== null && request.judged !== false;
    const findings = isJudged ? yield* this.judgeFigures(job, result, resolution, request, failures) : [];
    return {
      ...resolution,
      failures,
      result: result && (request.matrices ? result : withoutMatrices(result)),
      detail: result && request.detail ? yield* simulationDetail(result) : null,
      sentence: result ? verdict(result) : '',
      subtitle: result ? describeScenario(result.scenario, result.placement.nodes) : '',
      findings,
    };
  }

  /** What the rules say about figures; they may ask for those of the same job with other values. */
  private *judgeFigures(
    job: Job,
    result: SimulationResult,
    { provenance }: Pick<JobResolution, 'provenance'>,
    request: OfJob<SimulateRequest>,
    failures: RuleFailure[],
  ): Generator<number, readonly Finding[]> {
    const whatIf = (changes: Values) => this.figures(job, request, changes);
    const options = this.judging.options(job.launch?.file ?? job.id, request, failures);
    const findings = yield* lintFigures(job, { result, provenance, whatIf }, options);
    const base = job.scenarioFile && (job.launch ?? job.model);
    if (!base || findings.length === 0) return this.judging.onOwnLines(job, findings, []);
    const before: Finding[] = [];
    for (const other of this.files.of(base.file).jobs) {
      before.push(...(yield* this.simulateJob(other, { ...request, artefacts: {} })).findings);
    }
    return this.judging.onOwnLines(job, findings, before);
  }

  /** The figures of a job alone, as they are or with some fields changed; `null` where that is no legal job. */
  *figures(
    job: Job,
    request: OfJob<SimulateRequest>,
    changes: Values,
  ): Generator<number, SimulationResult | null> {
    const overrides = { ...request.overrides, ...changes };
    const { scenario } = this.resolve(job, { ...request, overrides });
    return scenario ? yield* this.run(scenario, request.engine) : null;
  }

  *whatIfInSteps(request: SimulateRequest & WhatIfRequest): Generator<number, WhatIfAnalysis> {
    return yield* this.whatIfOfJob(this.job(request.jobId), request);
  }

  *whatIfOfJob(job: Job, request: OfJob<SimulateRequest & WhatIfRequest>): Generator<number, WhatIfAnalysis> {
    const baseline = yield* this.simulateJob(job, request);
    const beside = yield* variantOf(this, job, request, baseline);
    return {
      ...beside,
      baseline,
      knobs: this.turned.of(job, this.scenarioWith(job, request.settings), request.openKnobs ?? []),
    };
  }

  /** A job with changes, for those who have the job as it is. */
  *variantInSteps(request: SimulateRequest & WhatIfRequest): Generator<number, VariantAnalysis> {
    const job = this.job(request.jobId);
    const { scenario } = this.resolve(job, request);
    const result = scenario ? yield* this.run(scenario, request.engine) : null;
    return yield* variantOf(this, job, request, { scenario, result });
  }

  /** What variants of a job come to: the job as it is first, then they in their order. */
  *compareVariants({ jobId, ...request }: VariantsRequest): Generator<number, ComparedVariant[]> {
    return yield* comparedVariants(this, this.job(jobId), request);
  }

  *planInSteps(request: PlanCall): Generator<PlanProgress, PlanReply> {
    return yield* this.planOfJob(this.job(request.jobId), request);
  }

  /** The best configurations of a job. */
  *planOfJob(job: Job, request: OfJob<PlanCall>): Generator<PlanProgress, PlanReply> {
    const files = this.numbers.of(job);
    const { settings, overrides, artefacts, query } = request;
    return yield* planJob(
      {
        overrides,
        resolve: (changed) => resolveJob(job, files, { settings, overrides: changed, artefacts }),
        simulate: (scenario) => this.run(scenario, 'expected'),
      },
      query,
    );
  }

  *placementsInSteps(request: PlacementCall): Generator<number, PlacementReply> {
    return yield* this.placementsOfJob(this.job(request.jobId), request);
  }

  /** Where else the experts of a job could be, and what that would save. */
  *placementsOfJob(job: Job, request: OfJob<PlacementCall>): Generator<number, PlacementReply> {
    const { settings, overrides, artefacts } = request;
    return yield* placementsOf({
      job,
      recorded: this.recordedOf(job, artefacts),
      overrides,
      found: this.found,
      resolve: (changed) => this.resolve(job, { settings, overrides: changed, artefacts }),
      simulate: (scenario) => this.run(scenario, 'expected'),
    });
  }

  *placementFileInSteps(request: PlacementFileCall): Generator<number, PlacementFile> {
    return yield* this.placementFileOfJob(this.job(request.jobId), request);
  }

  /** A placement that is searched for a job, as a file. @throws Error that says why there is none */
  *placementFileOfJob(
    job: Job,
    { settings, overrides, artefacts, ...request }: OfJob<PlacementFileCall>,
  ): Generator<number, PlacementFile> {
    const files = this.numbers.of(job);
    const resolve = (changed: Values) => resolveJob(job, files, { settings, overrides: changed, artefacts });
    const recorded = this.recordedOf(job, artefacts);
    return yield* placementFile({ job, recorded, overrides, resolve }, request);
  }

  /** A job's scenario with what its files hold. */
  resolve(job: Job, input: JobInput): JobResolution {
    return resolveJob(job, this.numbers.of(job, input.overrides), input);
  }

  /** What the tokens of a job's trace chose, unless other numbers go before it. */
  private recordedOf(job: Job, given: Artefacts = {}): RecordedChoices | null {
    return given.loads || given.trace ? null : recordedIn(this.numbers.of(job));
  }

  /** The traffic of one MoE layer, or the mean over all. @throws where the job is not to be simulated, or has no such layer */
  *layerTraffic(
    jobId: string,
    settings: Values,
    layer: LayerChoice,
    changes: readonly Change[] = [],
  ): Generator<number, LayerTraffic> {
    return yield* layerTraffic(this.scenarioOf(jobId, settings, changes), 'expected', layer);
  }

  private scenarioOf(jobId: string, settings: Values, changes: readonly Change[] = []): Scenario {
    const job = this.job(jobId);
    const overrides = asOverrides(changes);
    const { scenario } = this.resolve(job, { settings, overrides });
    if (!scenario) throw new Error(`The job ${jobId} cannot be simulated any more.`);
    return scenario;
  }

  /** What a what-if can change about a job, each with its present value alone. */
  knobs(jobId: string, settings: Values): readonly Knob[] {
    const scenario = this.scenarioWith(this.job(jobId), settings)({});
    return scenario ? knobs(scenario) : [];
  }

  /** A knob with the values that are worth trying and legal; `null` where the job has none of that name. */
  knob(jobId: string, settings: Values, name: string): Knob | null {
    const job = this.job(jobId);
    return this.turned.named(job, this.scenarioWith(job, settings), name);
  }

  /** Turns knobs through their values. @yields the fraction done */
  *explore({ jobId, settings, x, y }: ExploreRequest): Generator<number, Exploration | null> {
    const job = this.job(jobId);
    return yield* this.turned.explore(job, this.scenarioWith(job, settings), { x, y });
  }

  /** How the volumes of communication grow with the sizes of a job. @throws where it is not to be simulated */
  *growth(jobId: string, settings: Values): Generator<number, readonly Growth[]> {
    const scenarioWith = this.scenarioWith(this.job(jobId), settings);
    const variant = (change: Change) => scenarioWith(asOverrides([change]));
    return yield* growthOf(this.scenarioOf(jobId, settings), variant, (scaled) =>
      this.run(scaled, 'expected'),
    );
  }

  private scenarioWith(job: Job, settings: Values): ScenarioWith {
    const files = this.numbers.of(job);
    return (overrides) => resolveJob(job, files, { settings, overrides }).scenario;
  }

  private analyseJob(job: Job, settings: Values): { analysis: JobAnalysis; faults: JobResolution['faults'] } {
    const { faults, ...resolution } = this.resolve(job, { settings, overrides: {} });
    return { analysis: { job, ...resolution }, faults };
  }

  /** The edits that make a job's files say some changes; `complete` adds to a job what its files do not hold. */
  applyChanges(
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
      resolve: (one, overrides) => this.resolve(one, { settings, overrides }),
      errors: (one, texts) => this.files.withTexts(texts, () => this.judging.errors(one, disabled)),
    });
  }

  applyTo({ jobId, ...request }: ApplyRequest): Applied {
    return this.applyChanges(this.job(jobId), request);
  }

  /** Text of a file that was given. */
  get textOf(): (file: string) => string | undefined {
    return this.files.textOf;
  }

  /** @throws where there is none (any more) */
  private job(id: string): Job {
    return this.files.job(id);
  }
}

/** Model configs that a file's jobs refer to and that were not given yet, as paths relative to it. */
function wantedOf(document: ReadDocument, jobs: readonly Job[]): readonly string[] {
  if (document.kind === 'scenario') return wantedModels(document, jobs);
  return jobs.some((job) => job.launch && !job.model) ? referencedConfigPaths(document) : [];
}
