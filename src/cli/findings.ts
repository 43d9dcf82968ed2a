import type { Job } from '../config/job';
import type { RuleFailure } from '../lint/failures';
import type { Finding, Severity } from '../lint/finding';
import { mergeFindings } from '../lint/lint';
import { allRules } from '../lint/registry';
import { runToEnd } from '../sim/simulate';
import type { FileAnalysis } from '../worker/analysis';
import type { Engine } from '../worker/engine';
import type { Call, FailOn } from './args';

const simulatedCodes = allRules.filter(({ simulated }) => simulated).map(({ code }) => code);

interface Judged {
  readonly findings: readonly Finding[];
  /** Rules that threw. */
  readonly failures: readonly RuleFailure[];
}

/**
 * What the rules say about analysed files, those included that need a simulation.
 *
 * @yields how far it is, from 0 to 1
 */
export function* findingsInSteps(
  engine: Engine,
  analyses: readonly FileAnalysis[],
  { disabled, set, simulates }: Pick<Call, 'disabled' | 'set' | 'simulates'>,
): Generator<number, Judged> {
  const request = { settings: {}, overrides: set, engine: 'expected', matrices: false, disabled } as const;
  const isSimulated = simulates && simulatedCodes.some((code) => !disabled.includes(code));
  const judged: Judged[] = [...analyses];
  const jobs = isSimulated ? byScenario(analyses) : [];
  for (const [index, job] of jobs.entries()) {
    yield index / jobs.length;
    judged.push(runToEnd(engine.simulate(job, request)));
  }
  return {
    findings: mergeFindings(judged.flatMap(({ findings }) => findings)),
    failures: judged.flatMap(({ failures }) => failures),
  };
}

/** The jobs that can be simulated, those of the same scenario next to each other: the engine simulates it once. */
function byScenario(analyses: readonly FileAnalysis[]): Job[] {
  const jobs = analyses
    .flatMap((analysis) => analysis.jobs)
    .flatMap(({ job, scenario }) => (scenario ? [{ job, scenario: JSON.stringify(scenario) }] : []));
  return jobs.sort((a, b) => (a.scenario < b.scenario ? -1 : 1)).map(({ job }) => job);
}

const weight: Readonly<Record<Severity, number>> = { info: 1, warning: 2, error: 3 };

/** 1 when a finding is at or above what the call fails on. */
export function failing(findings: readonly Pick<Finding, 'severity'>[], failOn: FailOn): 0 | 1 {
  if (failOn === 'never') return 0;
  return findings.some(({ severity }) => weight[severity] >= weight[failOn]) ? 1 : 0;
}
