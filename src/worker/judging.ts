import type { Job } from '../config/job';
import { type RuleFailure, ruleFailure } from '../lint/failures';
import type { Finding } from '../lint/finding';
import { type LintOptions, lintDocument, lintJob } from '../lint/lint';
import { onScenarioFile } from '../lint/scenario-job';
import type { RuleChoices } from './analysis';
import type { LinkedFiles } from './linked-files';
import type { NumberFiles } from './number-files';
import { resolveJob } from './resolve-job';

/** What a caller wants of an engine otherwise than the editor does. */
export type EngineOptions = Pick<LintOptions, 'keepsSuppressed'>;

/** What the rules say of jobs, each finding once and on the lines of the file that causes it. */
export class Judging {
  constructor(
    private readonly files: LinkedFiles,
    private readonly numbers: NumberFiles,
    private readonly given: EngineOptions,
  ) {}

  /** @param failures takes the rules that fail */
  options(
    file: string,
    { disabled, severities = {} }: RuleChoices,
    failures: RuleFailure[] = [],
  ): LintOptions {
    return {
      ...this.given,
      disabled,
      severities,
      text: this.files.textOf,
      onRuleError: (rule, error) => failures.push(ruleFailure(rule, file, error)),
    };
  }

  errors(job: Job, disabled: readonly string[]): Finding[] {
    const options = this.options(job.id, { disabled });
    const documents = [job.launch, job.scenarioFile].filter((one) => one !== null && one !== undefined);
    const all = [...documents.flatMap((one) => lintDocument(one, options)), ...lintJob(job, options)];
    return all.filter(({ severity }) => severity === 'error');
  }

  /** What is shown of a job's findings: of a scenario file's job not what its script's own job has as well. */
  shown(job: Job, findings: readonly Finding[], options: LintOptions): Finding[] {
    if (!job.scenarioFile) return [...findings];
    const base = job.launch ?? job.model;
    if (base === null) return this.onOwnLines(job, findings, []);
    const unanswered = this.files.of(base.file);
    const before = [
      ...(unanswered.document ? lintDocument(unanswered.document, options) : []),
      ...unanswered.jobs.flatMap((other) => {
        const artefacts = resolveJob(other, this.numbers.of(other), { settings: {}, overrides: {} }).faults;
        return lintJob(other, { ...options, artefacts });
      }),
    ];
    return this.onOwnLines(job, [...findings, ...lintDocument(base, options)], before);
  }

  /** @param before findings that the job's script has without the scenario file */
  onOwnLines(job: Job, findings: readonly Finding[], before: readonly Finding[]): Finding[] {
    return onScenarioFile(job, findings, before, { ...this.given, text: this.files.textOf });
  }
}
