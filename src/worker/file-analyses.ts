import type { ReadDocument } from '../config/fact';
import type { Job } from '../config/job';
import { referencedConfigPaths, wantedModels } from '../config/link';
import type { NamedArtefact } from '../config/link/artefacts';
import type { RuleFailure } from '../lint/failures';
import { lintDocument, lintJob, mergeFindings } from '../lint/lint';
import type { Values } from '../scenario/values';
import type { FileAnalysis, JobAnalysis, RuleChoices, TrialRequest, Wants } from './analysis';
import type { JobFigures } from './job-figures';
import type { Judging } from './judging';
import type { LinkedFiles } from './linked-files';
import type { NumberFiles } from './number-files';
import type { JobResolution } from './resolve-job';

/** What files say without a simulation. */
export class FileAnalyses {
  constructor(
    private readonly files: LinkedFiles,
    private readonly numbers: NumberFiles,
    private readonly judging: Judging,
    private readonly jobs: JobFigures,
  ) {}

  of(file: string, settings: Values, choices: RuleChoices): FileAnalysis {
    return this.analysisOf(file, settings, choices, this.wantsOf(file));
  }

  /** What a file refers to, and whether it is at hand; says no more of it, and so is quick. */
  wantsOf(file: string): Wants {
    const { jobs } = this.files.of(file);
    const named = this.numbers.namedBy(jobs);
    this.numbers.note(file, named);
    return this.missing(file, named);
  }

  /** The analysis that a file would have with another text. */
  ofTrial({ file, text, settings, ...choices }: TrialRequest): FileAnalysis {
    return this.files.withText(file, text, () =>
      this.analysisOf(file, settings, choices, this.missing(file, [])),
    );
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

  private analyseJob(job: Job, settings: Values): { analysis: JobAnalysis; faults: JobResolution['faults'] } {
    const { faults, ...resolution } = this.jobs.resolve(job, { settings, overrides: {} });
    return { analysis: { job, ...resolution }, faults };
  }

  private missing(file: string, named: readonly NamedArtefact[]): Wants {
    const { document, jobs, missing } = this.files.of(file);
    return {
      wanted: document === null ? [] : wantedOf(document, jobs),
      wantedFiles: [...new Set([...missing, ...jobs.flatMap((job) => job.missingFiles)])],
      artefacts: this.numbers.read.needs(named),
    };
  }
}

/** Model configs that a file's jobs refer to and that were not given yet, as paths relative to it. */
function wantedOf(document: ReadDocument, jobs: readonly Job[]): readonly string[] {
  if (document.kind === 'scenario') return wantedModels(document, jobs);
  return jobs.some((job) => job.launch && !job.model) ? referencedConfigPaths(document) : [];
}
