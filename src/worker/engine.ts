import { type Applied, applyChanges } from '../apply/apply';
import type { Answers } from '../config/answers';
import type { ReadDocument } from '../config/fact';
import type { Job } from '../config/job';
import { jobsOf, namedJob, referencedConfigPaths, wantedModels } from '../config/link';
import { type NamedArtefact, namedArtefacts } from '../config/link/artefacts';
import { type Effective, effectiveDocument } from '../config/link/effective';
import { readOnce } from '../config/link/workspace';
import { folderOf, isAbsolutePath, partsOf, plainPath } from '../config/paths';
import type { SourceText } from '../config/read';
import { type RuleFailure, ruleFailure } from '../lint/failures';
import type { Finding } from '../lint/finding';
import { type LintOptions, lintDocument, lintFigures, lintJob, mergeFindings } from '../lint/lint';
import { onScenarioFile } from '../lint/scenario-job';
import { errorsOf, errorsOfChange } from '../lint/variant';
import { isTriedForVerdict, sensitivity, sweep, type Variants } from '../plan/explore';
import { type Growth, growthOf } from '../plan/growth';
import { type IsLegal, type Knob, knobs, withOptions } from '../plan/knobs';
import { PLACEMENT_FILE } from '../plan/placements/found';
import type { RecordedChoices } from '../plan/placements/searched';
import { figuresOfScenario } from '../plan/search/evaluate';
import { variantFigures } from '../plan/variants';
import { describeScenario, verdict } from '../plan/verdict';
import { asOverrides, type Change, compare } from '../plan/whatif';
import type { ArtefactFile, ArtefactOutcome } from '../scenario/artefact-files';
import type { Artefacts } from '../scenario/artefacts';
import type { Values } from '../scenario/resolver';
import type { Scenario } from '../scenario/scenario';
import { simulationDetail } from '../sim/detail';
import { type LayerChoice, type LayerTraffic, layerTraffic } from '../sim/layer-traffic';
import { recent } from '../sim/recent';
import type { SimulationResult } from '../sim/result';
import { simulateInSteps } from '../sim/simulate';
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
import { ArtefactStore } from './artefact-store';
import { FoundPlacements } from './found-placements';
import { type FileLink, fileLinks } from './links';
import {
  type PlacementFile,
  type PlacementReply,
  placementFile,
  placementsOf,
  recordedIn,
} from './placements';
import { type PlanProgress, type PlanReply, planJob } from './plan';
import { type JobResolution, resolveJob, scenarioKey } from './resolve-job';

/** A file with the jobs that it describes alone or with others. */
interface Linked extends Effective {
  readonly jobs: readonly Job[];
}

const UNKNOWN: Linked = { document: null, jobs: [], files: [], missing: [] };

const isSame = (one: Scenario | null, other: Scenario | null): boolean =>
  one !== null && other !== null && scenarioKey(one) === scenarioKey(other);

/** Where a path in a file leads. */
const placeOf = (file: string, path: string): string =>
  partsOf(isAbsolutePath(path) ? path : `${folderOf(plainPath(file))}/${path}`).join('/');

const nameOf = (path: string): string => path.replaceAll('\\', '/').split('/').at(-1) ?? '';

/** What a caller wants of an engine otherwise than the editor does. */
export type EngineOptions = Pick<LintOptions, 'keepsSuppressed'>;

/** Numbers of the results that are kept, in all: 64 MB. */
const KEPT_NUMBERS = 8e6;
/** What a result holds beside its matrices, by rank of the EP group and in all: mostly lists of figures. */
const NUMBERS_PER_RANK = 100;
const NUMBERS_AT_LEAST = 2000;

function numbersOf({ traffic, memory }: SimulationResult): number {
  const matrices = [traffic.rows, traffic.nodeRows, traffic.railRows];
  const inMatrices = matrices.reduce((sum, { data }) => sum + data.length, 0);
  return inMatrices + memory.perRank.length * NUMBERS_PER_RANK + NUMBERS_AT_LEAST;
}

/**
 * Everything between text and findings, over the files that it was given. Holds texts and results, touches no file
 * itself, and runs the same in the editor's worker, in a web worker and on the command line.
 */
export class Engine {
  private readonly documents = new Map<string, SourceText>();
  /** Hover, rules, panel, and jobs that come to the same scenario share one simulation. */
  private readonly results = recent<SimulationResult>(KEPT_NUMBERS, numbersOf);
  private readonly knownKnobs = new WeakMap<
    Job,
    { readonly key: string; readonly tried: Map<string, Knob> }
  >();
  /** What each file that was asked for says together with others, as it was last linked. */
  private readonly linked = new Map<string, Linked>();
  /** Files of numbers that jobs name; who reads files fills it. */
  readonly artefacts = new ArtefactStore();
  /** What searches found, until it is saved. */
  readonly found = new FoundPlacements();
  /** What the jobs of each analysed file name. */
  private readonly named = new Map<string, readonly NamedArtefact[]>();

  constructor(private readonly options: EngineOptions = {}) {}

  /** Gives or replaces a file's text; `null` forgets the file. */
  setDocument(file: string, text: string | null): DocumentReply {
    const known = this.documents.get(file);
    const isNew = known?.text !== (text ?? undefined);
    if (isNew) {
      if (text === null) this.documents.delete(file);
      else this.documents.set(file, { file, text });
      this.linked.delete(file);
      if (text === null) this.names(file, []);
    }
    const now = this.documents.get(file);
    const document = now === undefined ? null : readOnce(now);
    const before = known === undefined ? null : readOnce(known);
    const isModel = (document ?? before)?.kind === 'model';
    const affects = isNew ? this.linkAgain(file, isModel) : [];
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
    const { document, jobs } = this.linkedOf(file);
    const failures: RuleFailure[] = [];
    if (document === null) return { file, document, jobs: [], findings: [], failures, ...wants };
    const analyses = jobs.map((job) => this.analyseJob(job, settings));
    const options = this.lintOptions(file, choices, failures);
    const findings = mergeFindings([
      ...lintDocument(document, options),
      ...analyses.flatMap(({ analysis: { job, scenario }, faults }) =>
        this.shown(job, lintJob(job, { ...options, scenario, artefacts: faults }), options),
      ),
    ]);
    return { file, document, jobs: analyses.map(({ analysis }) => analysis), findings, failures, ...wants };
  }

  /** What a file refers to, and whether it is at hand; says no more of it, and so is quick. */
  wantsOf(file: string): Wants {
    const { jobs } = this.linkedOf(file);
    const named = jobs.flatMap((job) => namedArtefacts(job, this.textOf));
    this.names(file, named);
    return this.missing(file, named);
  }

  private missing(file: string, named: readonly NamedArtefact[]): Wants {
    const { document, jobs, missing } = this.linkedOf(file);
    return {
      wanted: document === null ? [] : wantedOf(document, jobs),
      wantedFiles: [...new Set([...missing, ...jobs.flatMap((job) => job.missingFiles)])],
      artefacts: this.artefacts.needs(named),
    };
  }

  /** The analysis that a file would have with another text. */
  analyseAs({ file, text, settings, ...choices }: TrialRequest): FileAnalysis {
    const [document, linked] = [this.documents.get(file), this.linked.get(file)];
    this.documents.set(file, { file, text });
    this.linked.delete(file);
    try {
      return this.analysisOf(file, settings, choices, this.missing(file, []));
    } finally {
      restore(this.documents, file, document);
      restore(this.linked, file, linked);
    }
  }

  /** What a file names, and where that is. */
  links(file: string): FileLink[] {
    const { document, jobs } = this.linkedOf(file);
    const workspace = { sources: [...this.documents.values()], pathOf: plainPath };
    return document === null ? [] : fileLinks(document, jobs, workspace);
  }

  *simulateInSteps(request: SimulateRequest): Generator<number, Simulated> {
    return yield* this.simulateJob(this.job(request.jobId), request);
  }

  /** Like `simulateInSteps`, for a job that is not among the engine's files (a preset on its own). */
  *simulateJob(job: Job, request: Omit<SimulateRequest, 'jobId'>): Generator<number, Simulated> {
    const { faults: _, ...resolution } = resolveJob(job, this.filesOf(job, request.overrides), request);
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
    request: Omit<SimulateRequest, 'jobId'>,
    failures: RuleFailure[],
  ): Generator<number, readonly Finding[]> {
    const whatIf = (changes: Values) => this.figures(job, request, changes);
    const options = this.lintOptions(job.launch?.file ?? job.id, request, failures);
    const findings = yield* lintFigures(job, { result, provenance, whatIf }, options);
    const base = job.scenarioFile && (job.launch ?? job.model);
    if (!base || findings.length === 0) return this.onOwnLines(job, findings, []);
    const before: Finding[] = [];
    for (const other of this.linkedOf(base.file).jobs) {
      before.push(...(yield* this.simulateJob(other, { ...request, artefacts: {} })).findings);
    }
    return this.onOwnLines(job, findings, before);
  }

  /** The figures of a job alone, as they are or with some fields changed; `null` where that is no legal job. */
  *figures(
    job: Job,
    request: Omit<SimulateRequest, 'jobId'>,
    changes: Values,
  ): Generator<number, SimulationResult | null> {
    const overrides = { ...request.overrides, ...changes };
    const { scenario } = resolveJob(job, this.filesOf(job, overrides), { ...request, overrides });
    return scenario ? yield* this.run(scenario, request.engine) : null;
  }

  private lintOptions(
    file: string,
    { disabled, severities = {} }: RuleChoices,
    failures: RuleFailure[],
  ): LintOptions {
    return {
      ...this.options,
      disabled,
      severities,
      text: this.textOf,
      onRuleError: (rule, error) => failures.push(ruleFailure(rule, file, error)),
    };
  }

  *whatIfInSteps(request: SimulateRequest & WhatIfRequest): Generator<number, WhatIfAnalysis> {
    return yield* this.whatIfOfJob(this.job(request.jobId), request);
  }

  *whatIfOfJob(
    job: Job,
    request: Omit<SimulateRequest, 'jobId'> & WhatIfRequest,
  ): Generator<number, WhatIfAnalysis> {
    const baseline = yield* this.simulateJob(job, request);
    const beside = yield* this.variantOf(job, request, baseline);
    return { ...beside, baseline, knobs: this.knobsOf(job, request.settings, request.openKnobs ?? []) };
  }

  /** A job with changes, for those who have the job as it is. */
  *variantInSteps(request: SimulateRequest & WhatIfRequest): Generator<number, VariantAnalysis> {
    const job = this.job(request.jobId);
    const { overrides } = request;
    const { scenario } = resolveJob(job, this.filesOf(job, overrides), request);
    const result = scenario ? yield* this.run(scenario, request.engine) : null;
    return yield* this.variantOf(job, request, { scenario, result });
  }

  private *variantOf(
    job: Job,
    request: Omit<SimulateRequest, 'jobId'> & WhatIfRequest,
    baseline: Pick<Simulated, 'scenario' | 'result'>,
  ): Generator<number, VariantAnalysis> {
    const { changes } = request;
    const overrides = { ...request.overrides, ...asOverrides(changes) };
    const variant = yield* this.simulateJob(job, { ...request, overrides });
    return {
      variant,
      changes,
      delta: baseline.result && variant.result ? compare(baseline.result, variant.result) : [],
      refused: changes.length > 0 ? errorsOfChange(job, asOverrides(changes)) : [],
      isBaseline: isSame(baseline.scenario, variant.scenario),
    };
  }

  /** What variants of a job come to: the job as it is first, then they in their order. */
  *compareVariants({ jobId, settings, variants }: VariantsRequest): Generator<number, ComparedVariant[]> {
    const job = this.job(jobId);
    const before = errorsOf(job);
    const compared: ComparedVariant[] = [];
    let present: Scenario | null = null;
    for (const changes of [[], ...variants]) {
      const overrides = asOverrides(changes);
      const { scenario, refusals } = resolveJob(job, this.filesOf(job, overrides), { settings, overrides });
      const result = scenario ? yield* this.run(scenario, 'expected') : null;
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

  *planInSteps(request: PlanCall): Generator<PlanProgress, PlanReply> {
    return yield* this.planOfJob(this.job(request.jobId), request);
  }

  /** The best configurations of a job. */
  *planOfJob(job: Job, request: Omit<PlanCall, 'jobId'>): Generator<PlanProgress, PlanReply> {
    const files = this.filesOf(job);
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
  *placementsOfJob(job: Job, request: Omit<PlacementCall, 'jobId'>): Generator<number, PlacementReply> {
    const { settings, overrides, artefacts } = request;
    return yield* placementsOf({
      job,
      recorded: this.recordedOf(job, artefacts),
      overrides,
      found: this.found,
      resolve: (changed) =>
        resolveJob(job, this.filesOf(job, changed), { settings, overrides: changed, artefacts }),
      simulate: (scenario) => this.run(scenario, 'expected'),
    });
  }

  *placementFileInSteps(request: PlacementFileCall): Generator<number, PlacementFile> {
    return yield* this.placementFileOfJob(this.job(request.jobId), request);
  }

  /** A placement that is searched for a job, as a file. @throws Error that says why there is none */
  *placementFileOfJob(
    job: Job,
    { settings, overrides, artefacts, ...request }: Omit<PlacementFileCall, 'jobId'>,
  ): Generator<number, PlacementFile> {
    const files = this.filesOf(job);
    const resolve = (changed: Values) => resolveJob(job, files, { settings, overrides: changed, artefacts });
    const recorded = this.recordedOf(job, artefacts);
    return yield* placementFile({ job, recorded, overrides, resolve }, request);
  }

  /** What the tokens of a job's trace chose, unless other numbers go before it. */
  private recordedOf(job: Job, given: Artefacts = {}): RecordedChoices | null {
    return given.loads || given.trace ? null : recordedIn(this.filesOf(job));
  }

  private *run(scenario: Scenario, engine: SimulateRequest['engine']): Generator<number, SimulationResult> {
    const key = engine + scenarioKey(scenario);
    const known = this.results.get(key);
    if (known) return known;
    const result = yield* simulateInSteps(scenario, engine);
    this.results.set(key, result);
    return result;
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
    const { scenario } = resolveJob(job, this.filesOf(job, overrides), { settings, overrides });
    if (!scenario) throw new Error(`The job ${jobId} cannot be simulated any more.`);
    return scenario;
  }

  /** What a what-if can change about a job, each with its present value alone. */
  knobs(jobId: string, settings: Values): readonly Knob[] {
    const { scenario } = this.resolved(this.job(jobId), settings);
    return scenario ? knobs(scenario) : [];
  }

  /** A knob with the values that are worth trying and legal; `null` where the job has none of that name. */
  knob(jobId: string, settings: Values, name: string): Knob | null {
    return this.knobsOf(this.job(jobId), settings, [name]).find((one) => one.name === name) ?? null;
  }

  /** What a what-if can change: the first knobs, and those that are `open`, with the values that are legal. */
  private knobsOf(job: Job, settings: Values, open: readonly string[]): readonly Knob[] {
    const { scenario } = this.resolved(job, settings);
    if (!scenario) return [];
    // The values are tried once for a job, not for every turn of a knob.
    const key = scenarioKey(scenario);
    const known = this.knownKnobs.get(job);
    const tried = known?.key === key ? known.tried : new Map<string, Knob>();
    this.knownKnobs.set(job, { key, tried });
    const isLegal = this.legalIn(job, settings);
    return knobs(scenario).map((one) => {
      if (!one.primary && !open.includes(one.name)) return one;
      const complete = tried.get(one.name) ?? withOptions(one, scenario, isLegal);
      tried.set(one.name, complete);
      return complete;
    });
  }

  /** Turns knobs through their values. @yields the fraction done */
  *explore({ jobId, settings, x, y }: ExploreRequest): Generator<number, Exploration | null> {
    const job = this.job(jobId);
    const files = this.filesOf(job);
    const { scenario } = this.resolved(job, settings);
    if (!scenario) return null;
    const isLegal = this.legalIn(job, settings);
    const variants: Variants = (changes) =>
      isLegal(changes)
        ? resolveJob(job, files, { settings, overrides: asOverrides(changes) }).scenario
        : null;
    const present = figuresOfScenario(scenario);
    const named = (name: string | null) => name && this.knob(jobId, settings, name);
    if (x === null) {
      const wanted = knobs(scenario).filter(isTriedForVerdict);
      const complete: Knob[] = [];
      for (const { name } of wanted) {
        complete.push(this.knob(jobId, settings, name)!);
        yield 0;
      }
      return { present, sensitivities: yield* sensitivity(complete, variants), sweep: null };
    }
    const [across, down] = [named(x), named(y)];
    if (!across || (y !== null && !down)) return null;
    return { present, sensitivities: [], sweep: yield* sweep(across, down || null, variants) };
  }

  /** How the volumes of communication grow with the sizes of a job. @throws where it is not to be simulated */
  *growth(jobId: string, settings: Values): Generator<number, readonly Growth[]> {
    const job = this.job(jobId);
    const files = this.filesOf(job);
    const variant = (change: Change) =>
      resolveJob(job, files, { settings, overrides: asOverrides([change]) }).scenario;
    return yield* growthOf(this.scenarioOf(jobId, settings), variant, (scaled) =>
      this.run(scaled, 'expected'),
    );
  }

  private resolved(job: Job, settings: Values): JobResolution {
    return resolveJob(job, this.filesOf(job), { settings, overrides: {} });
  }

  private legalIn(job: Job, settings: Values): IsLegal {
    const files = this.filesOf(job);
    let before: readonly Finding[] | undefined;
    return (changes) => {
      const overrides = asOverrides(changes);
      const { scenario } = resolveJob(job, files, { settings, overrides });
      before ??= errorsOf(job);
      return scenario !== null && errorsOfChange(job, overrides, {}, before).length === 0;
    };
  }

  private analyseJob(job: Job, settings: Values): { analysis: JobAnalysis; faults: JobResolution['faults'] } {
    const { faults, ...resolution } = resolveJob(job, this.filesOf(job), { settings, overrides: {} });
    return { analysis: { job, ...resolution }, faults };
  }

  /** The files of numbers that a job names; or overrides, of those that were found. */
  private filesOf(job: Job, overrides: Values = {}): readonly ArtefactFile[] {
    const named = this.artefacts.outcomes(namedArtefacts(job, this.textOf));
    return this.found.among(named, overrides, (path) => this.placementAt(job, path));
  }

  /** What came of the placement that a scenario file names, by its path from a job's file; `null` where none names it. */
  private placementAt({ launch, model }: Job, path: string): ArtefactOutcome | null {
    const own = (launch ?? model)?.file ?? '';
    const meant = placeOf(own, path);
    const all = [...this.named.values()].flat();
    const same = all.find(
      ({ name, path: other, fact }) =>
        name === PLACEMENT_FILE && fact.pin && placeOf(fact.file, other) === meant,
    );
    return same ? this.artefacts.outcomes([same])[0]!.outcome : null;
  }

  /** Notes what a file's jobs name, so that what is named no more can be forgotten. */
  private names(file: string, named: readonly NamedArtefact[]): void {
    const before = this.named.get(file) ?? [];
    if (named.length > 0) this.named.set(file, named);
    else this.named.delete(file);
    if (before.length > 0) this.artefacts.keepOnly([...this.named.values()].flat());
  }

  /** The edits that make a job's files say some changes; `complete` adds to a job what its files do not hold. */
  applyChanges(
    job: Job,
    { changes, settings, disabled }: Omit<ApplyRequest, 'jobId'>,
    complete: (job: Job) => Job = (same) => same,
  ): Applied {
    const again = () => {
      const found = this.findJob(job.id);
      return found ? complete(found) : null;
    };
    return applyChanges(job, changes, {
      textOf: this.textOf,
      jobWith: (texts) => this.withTexts(texts, again),
      resolve: (one, overrides) => resolveJob(one, this.filesOf(one, overrides), { settings, overrides }),
      errors: (one, texts) => this.withTexts(texts, () => this.errorsOf(one, disabled)),
    });
  }

  applyTo({ jobId, ...request }: ApplyRequest): Applied {
    return this.applyChanges(this.job(jobId), request);
  }

  private errorsOf(job: Job, disabled: readonly string[]): Finding[] {
    const options = this.lintOptions(job.id, { disabled }, []);
    const documents = [job.launch, job.scenarioFile].filter((one) => one !== null && one !== undefined);
    const all = [...documents.flatMap((one) => lintDocument(one, options)), ...lintJob(job, options)];
    return all.filter(({ severity }) => severity === 'error');
  }

  /** What comes of some work while files have other texts. */
  private withTexts<T>(texts: ReadonlyMap<string, string>, work: () => T): T {
    const documents = new Map([...texts.keys()].map((file) => [file, this.documents.get(file)]));
    const linked = [...this.linked];
    for (const [file, text] of texts) this.documents.set(file, { file, text });
    this.linked.clear();
    try {
      return work();
    } finally {
      for (const [file, document] of documents) restore(this.documents, file, document);
      this.linked.clear();
      for (const [file, one] of linked) this.linked.set(file, one);
    }
  }

  private findJob(id: string): Job | undefined {
    const files = [...this.documents.keys()].filter((file) => id === file || id.startsWith(`${file}#`));
    return files.flatMap((file) => this.linkedOf(file).jobs).find((job) => job.id === id);
  }

  private job(id: string): Job {
    const found = this.findJob(id);
    if (!found)
      throw new Error(`There is no job ${id} any more: its file was closed or is no longer a MoE config.`);
    return found;
  }

  private linkedOf(file: string): Linked {
    const linked = this.linked.get(file) ?? this.link(file);
    this.linked.set(file, linked);
    return linked;
  }

  /** The file's jobs. Only its own: to link all files for each one is what makes a large workspace slow. */
  private link(file: string): Linked {
    const source = this.documents.get(file);
    if (!source) return UNKNOWN;
    const sources = [...this.documents.values()];
    const { document, files, missing } = effectiveDocument(source, { sources, pathOf: plainPath });
    if (document === null) return { document, jobs: [], files, missing };
    if (document.kind === 'model') return { document, jobs: jobsOf(document, []), files, missing };
    const models = sources.map(readOnce).filter((other) => other?.kind === 'model') as ReadDocument[];
    if (document.kind === 'scenario') return this.linkScenario(document, models, sources);
    const jobs = jobsOf(document, models, { sources });
    return { document, jobs, files: [...files, ...jobs.flatMap((job) => job.files)], missing };
  }

  /** The jobs of a scenario file: those of the file that it names, read with its answers. */
  private linkScenario(
    document: ReadDocument,
    models: readonly ReadDocument[],
    sources: readonly SourceText[],
  ): Linked {
    const named = namedJob(document, plainPath);
    const source = sources.find(({ file }) => named?.isAt(file));
    const workspace = { sources, pathOf: plainPath };
    const base = source && effectiveDocument(source, workspace);
    const around = base?.document && base.document.kind !== 'model' ? [...models, base.document] : models;
    const readWith = (_file: string, answers: Answers): ReadDocument | null =>
      source ? effectiveDocument({ ...source, answers }, workspace).document : null;
    const jobs = jobsOf(document, around, { sources, read: readWith });
    const fromHere = (base?.missing ?? []).map((path) => named!.besideJob(path));
    return {
      document,
      jobs,
      files: [...(source ? [source.file] : []), ...(base?.files ?? []), ...jobs.flatMap((job) => job.files)],
      missing: named && !source ? [named.path] : fromHere,
    };
  }

  /** What is shown of a job's findings: of a scenario file's job not what its script's own job has as well. */
  private shown(job: Job, findings: readonly Finding[], options: LintOptions): Finding[] {
    if (!job.scenarioFile) return [...findings];
    const base = job.launch ?? job.model;
    if (base === null) return this.onOwnLines(job, findings, []);
    const unanswered = this.linkedOf(base.file);
    const before = [
      ...(unanswered.document ? lintDocument(unanswered.document, options) : []),
      ...unanswered.jobs.flatMap((other) => {
        const artefacts = resolveJob(other, this.filesOf(other), { settings: {}, overrides: {} }).faults;
        return lintJob(other, { ...options, artefacts });
      }),
    ];
    return this.onOwnLines(job, [...findings, ...lintDocument(base, options)], before);
  }

  private onOwnLines(job: Job, findings: readonly Finding[], before: readonly Finding[]): Finding[] {
    return onScenarioFile(job, findings, before, { ...this.options, text: this.textOf });
  }

  /** Links again what a file that came, changed or went may be part of; names what is another job now. */
  private linkAgain(changed: string, isModel: boolean): string[] {
    const name = nameOf(changed);
    return [...this.linked].flatMap(([file, before]) => {
      const isPart = before.files.includes(changed);
      const paths = [...before.missing, ...before.jobs.flatMap((job) => job.missingFiles)];
      const isAwaited = paths.some((path) => nameOf(path) === name);
      const runsModel = isModel && before.jobs.some((job) => job.launch || job.scenarioFile);
      if (file === changed || !(isPart || isAwaited || runsModel)) return [];
      const now = this.link(file);
      this.linked.set(file, now);
      const isSame =
        !isPart &&
        now.files.length === before.files.length &&
        now.jobs.every((job, i) => job.model === before.jobs[i]?.model);
      return isSame ? [] : file;
    });
  }

  /** Text of a file that was given. */
  readonly textOf = (file: string): string | undefined => this.documents.get(file)?.text;
}

function restore<T>(map: Map<string, T>, key: string, before: T | undefined): void {
  if (before === undefined) map.delete(key);
  else map.set(key, before);
}

/** Model configs that a file's jobs refer to and that were not given yet, as paths relative to it. */
function wantedOf(document: ReadDocument, jobs: readonly Job[]): readonly string[] {
  if (document.kind === 'scenario') return wantedModels(document, jobs);
  return jobs.some((job) => job.launch && !job.model) ? referencedConfigPaths(document) : [];
}

const EMPTY = { size: 0, data: new Float32Array(0) };

function withoutMatrices(result: SimulationResult): SimulationResult {
  return { ...result, traffic: { ...result.traffic, rows: EMPTY, nodeRows: EMPTY, railRows: EMPTY } };
}
