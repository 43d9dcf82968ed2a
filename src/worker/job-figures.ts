import type { Job } from '../config/job';
import { uncountedOptions } from '../config/uncounted-options';
import type { RuleFailure } from '../lint/failures';
import type { Finding } from '../lint/finding';
import { lintFigures } from '../lint/lint';
import { type ResultWords, resultWords } from '../plan/verdict';
import { openSizes } from '../scenario/open-sizes';
import type { Provenance } from '../scenario/provenance';
import type { Scenario } from '../scenario/scenario';
import type { Values } from '../scenario/values';
import { simulationDetail } from '../sim/detail';
import type { SimulationResult } from '../sim/result';
import type { OfJob, Simulated, SimulateRequest } from './analysis';
import type { Judging } from './judging';
import type { LinkedFiles } from './linked-files';
import type { NumberFiles } from './number-files';
import { type JobInput, type JobResolution, resolveJob } from './resolve-job';
import { keptResults, withoutMatrices } from './results';

/** The scenario of a job with some fields set; `null` where that is no legal job. */
export type ScenarioWith = (overrides: Values) => Scenario | null;

/** From a job to its scenario and figures, and to what the rules say about those. */
export class JobFigures {
  /** Simulates a scenario, unless that was among the last. */
  readonly run = keptResults();

  constructor(
    private readonly files: LinkedFiles,
    private readonly numbers: NumberFiles,
    private readonly judging: Judging,
  ) {}

  /** A job's scenario with what its files hold. */
  resolve(job: Job, input: JobInput): JobResolution {
    return resolveJob(job, this.numbers.of(job, input.overrides), input);
  }

  /** The same for many overrides of one job, none of which names numbers that were found: its files are looked up once. */
  resolving(job: Job, input: Omit<JobInput, 'overrides'>): (overrides: Values) => JobResolution {
    const files = this.numbers.of(job);
    return (overrides) => resolveJob(job, files, { ...input, overrides });
  }

  scenarioWith(job: Job, settings: Values): ScenarioWith {
    const resolve = this.resolving(job, { settings });
    return (overrides) => resolve(overrides).scenario;
  }

  /** What is known of a job with figures; the job need not be one of the engine's files (a preset on its own). */
  *simulate(job: Job, request: OfJob<SimulateRequest>): Generator<number, Simulated> {
    const { faults: _, ...resolution } = this.resolve(job, request);
    const result = resolution.scenario ? yield* this.run(resolution.scenario, request.engine) : null;
    const failures: RuleFailure[] = [];
    const isJudged = result !== null && request.judged !== false;
    const findings = isJudged ? yield* this.judge(job, result, resolution, request, failures) : [];
    return {
      ...resolution,
      failures,
      result: result && (request.matrices ? result : withoutMatrices(result)),
      detail: result && request.detail ? yield* simulationDetail(result) : null,
      ...(result ? this.words(job, result, resolution.provenance) : NO_WORDS),
      findings,
    };
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

  private words({ facts, launch }: Job, result: SimulationResult, provenance: Provenance): ResultWords {
    const text = launch === null ? undefined : this.files.textOf(launch.file);
    const uncounted = launch && text !== undefined ? uncountedOptions(launch.file, text, facts) : [];
    return resultWords(result, provenance, openSizes(facts, provenance), {
      isPartial: launch?.partial === true,
      uncounted,
    });
  }

  /** What the rules say about figures; they may ask for those of the same job with other values. */
  private *judge(
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
      before.push(...(yield* this.simulate(other, { ...request, artefacts: {} })).findings);
    }
    return this.judging.onOwnLines(job, findings, before);
  }
}

const NO_WORDS: ResultWords = { sentence: '', subtitle: '', isShortageOpen: false };
