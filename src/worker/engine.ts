import type { ReadDocument } from '../config/fact';
import type { Job } from '../config/job';
import { linkJobs, referencedConfigPaths } from '../config/link';
import { read } from '../config/read';
import type { Finding } from '../lint/finding';
import { lintDocument, lintJob, mergeFindings } from '../lint/lint';
import { rules } from '../lint/registry';
import { knobs } from '../plan/knobs';
import { describeScenario, verdict } from '../plan/verdict';
import { asOverrides, type Change, compare } from '../plan/whatif';
import { type Resolution, resolveScenario } from '../scenario/resolve';
import type { Values } from '../scenario/resolver';
import type { Scenario } from '../scenario/scenario';
import type { SimulationResult } from '../sim/result';
import { simulateInSteps } from '../sim/simulate';
import type {
  DocumentReply,
  FileAnalysis,
  JobAnalysis,
  Simulated,
  SimulateRequest,
  WhatIfAnalysis,
} from './analysis';

/** Results kept, so that hover, rules and panel share one simulation of the same scenario. */
const CACHE_SIZE = 12;

/**
 * Everything between text and findings, over the files that it was given. Holds texts and results, touches no file
 * itself, and runs the same in the editor's worker, in a web worker and on the command line.
 */
export class Engine {
  private readonly documents = new Map<string, { text: string; document: ReadDocument | null }>();
  private readonly results = new Map<string, SimulationResult>();
  /** Jobs of each file that was asked for, as they were last linked. */
  private readonly linked = new Map<string, readonly Job[]>();

  /** Gives or replaces a file's text; `null` forgets the file. */
  setDocument(file: string, text: string | null): DocumentReply {
    const known = this.documents.get(file);
    if (known?.text !== (text ?? undefined)) {
      if (text === null) this.documents.delete(file);
      else this.documents.set(file, { text, document: read({ file, text }) });
      this.linked.delete(file);
    }
    const before = known?.document ?? null;
    const now = this.documents.get(file)?.document ?? null;
    const isModel = now !== before && (now ?? before)?.kind === 'model';
    return { recognised: now !== null, affects: isModel ? this.linkAgain() : [] };
  }

  analyse(file: string, settings: Values, disabled: readonly string[]): FileAnalysis {
    const entry = this.documents.get(file);
    if (!entry?.document) return { file, document: null, jobs: [], findings: [], wanted: [] };
    const jobs = this.jobsOf(file);
    const analyses = jobs.map((job) => this.analyseJob(job, settings));
    const findings = mergeFindings([
      ...lintDocument(entry.document, { disabled, text: this.textOf }),
      ...analyses.flatMap(({ job, scenario, provenance }) =>
        lintJob(job, { scenario, provenance, disabled, text: this.textOf }),
      ),
    ]);
    return {
      file,
      document: entry.document,
      jobs: analyses,
      findings: findings.filter((finding) => finding.file === file),
      wanted: jobs.some((job) => job.launch && !job.model) ? referencedConfigPaths(entry.document) : [],
    };
  }

  *simulateInSteps(request: SimulateRequest): Generator<number, Simulated> {
    return yield* this.simulateJob(this.job(request.jobId), request);
  }

  /** Like `simulateInSteps`, for a job that is not among the engine's files (a preset on its own). */
  *simulateJob(job: Job, request: Omit<SimulateRequest, 'jobId'>): Generator<number, Simulated> {
    const resolution = this.resolve(job, request.settings, request.overrides);
    const result = resolution.scenario ? yield* this.run(resolution.scenario, request.engine) : null;
    const findings = result
      ? lintJob(job, { ...resolution, result, disabled: request.disabled, text: this.textOf }).filter(
          isSimulated,
        )
      : [];
    return {
      ...resolution,
      result: result && (request.matrices ? result : withoutMatrices(result)),
      sentence: result ? verdict(result) : '',
      subtitle: result ? describeScenario(result.scenario, result.placement.nodes) : '',
      findings,
    };
  }

  *whatIfInSteps(
    request: SimulateRequest & { changes: WhatIfAnalysis['changes'] },
  ): Generator<number, WhatIfAnalysis> {
    return yield* this.whatIfOfJob(this.job(request.jobId), request);
  }

  *whatIfOfJob(
    job: Job,
    request: Omit<SimulateRequest, 'jobId'> & { changes: WhatIfAnalysis['changes'] },
  ): Generator<number, WhatIfAnalysis> {
    const baseline = yield* this.simulateJob(job, request);
    const overrides = { ...request.overrides, ...asOverrides(request.changes) };
    const variant = yield* this.simulateJob(job, { ...request, overrides });
    const delta = baseline.result && variant.result ? compare(baseline.result, variant.result) : [];
    return { baseline, variant, changes: request.changes, delta };
  }

  private *run(scenario: Scenario, engine: SimulateRequest['engine']): Generator<number, SimulationResult> {
    const key = engine + JSON.stringify(scenario);
    const known = this.results.get(key);
    if (known) {
      this.results.delete(key);
      this.results.set(key, known);
      return known;
    }
    const result = yield* simulateInSteps(scenario, engine);
    this.results.set(key, result);
    const oldest = this.results.keys().next().value;
    if (this.results.size > CACHE_SIZE && oldest !== undefined) this.results.delete(oldest);
    return result;
  }

  private analyseJob(job: Job, settings: Values): JobAnalysis {
    const resolution = this.resolve(job, settings, {});
    const isLegal = (change: Change) => this.resolve(job, settings, asOverrides([change])).scenario !== null;
    return { job, ...resolution, knobs: resolution.scenario ? knobs(resolution.scenario, isLegal) : [] };
  }

  private resolve(job: Job, settings: Values, overrides: Values): Resolution {
    return resolveScenario({ framework: job.framework, facts: job.facts, settings, overrides });
  }

  private job(id: string): Job {
    const files = [...this.documents.keys()].filter((file) => id === file || id.startsWith(`${file}#`));
    const found = files.flatMap((file) => this.jobsOf(file)).find((job) => job.id === id);
    if (!found)
      throw new Error(`There is no job ${id} any more: its file was closed or is no longer a MoE config.`);
    return found;
  }

  private jobsOf(file: string): readonly Job[] {
    const jobs = this.linked.get(file) ?? this.link(file);
    this.linked.set(file, jobs);
    return jobs;
  }

  /** The file's jobs. Only its own: to link all files for each one is what makes a large workspace slow. */
  private link(file: string): readonly Job[] {
    const own = this.documents.get(file)?.document;
    if (!own) return [];
    if (own.kind === 'model') return linkJobs([own]);
    const models = [...this.documents.values()].flatMap(({ document }) =>
      document?.kind === 'model' ? document : [],
    );
    return linkJobs([own, ...models]).filter((job) => job.launch === own);
  }

  /** Links the scripts again after a model file came, changed or went; names those that run another model now. */
  private linkAgain(): string[] {
    return [...this.linked].flatMap(([file, before]) => {
      if (!before.some((job) => job.launch)) return [];
      const now = this.link(file);
      this.linked.set(file, now);
      return now.every((job, i) => job.model === before[i]?.model) ? [] : file;
    });
  }

  private readonly textOf = (file: string): string | undefined => this.documents.get(file)?.text;
}

const simulatedCodes = new Set(rules.filter((rule) => rule.simulated).map((rule) => rule.code));

const isSimulated = (finding: Finding): boolean => simulatedCodes.has(finding.rule);

const EMPTY = { size: 0, data: new Float32Array(0) };

function withoutMatrices(result: SimulationResult): SimulationResult {
  return { ...result, traffic: { ...result.traffic, rows: EMPTY, nodeRows: EMPTY } };
}
