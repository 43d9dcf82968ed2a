import { ruleMarkdown } from '../lint/markdown';
import { allRules } from '../lint/registry';
import type { RuleDescription } from '../lint/rule';
import { runToEnd } from '../sim/simulate';
import type { Call } from './args';
import { reportFailures } from './failures';
import { failing } from './findings';
import { inspectFile } from './inspect';
import { jobOf } from './jobs';
import { lint } from './lint';
import { placeExperts } from './place';
import { planLayouts } from './plan';
import { findingJson } from './report/json';
import { PLAIN, type Terminal } from './report/terminal';
import { reportPage } from './report-page';
import { rulesOf } from './selection';
import { compactJson, refused, request, simulatedJson } from './simulated';
import { simulationText, table } from './text';
import { UsageError } from './usage';
import { whatIf } from './whatif';
import { openWorkspace } from './workspace';

/** What a command prints on stdout and then on stderr, and the code that it ends with. */
export interface Outcome {
  readonly output: string;
  readonly message?: string;
  readonly exitCode: 0 | 1 | 2;
  /** Files to write besides. */
  readonly files?: readonly { readonly path: string; readonly text: string }[];
}

/** What a command meets outside its call. */
export interface Surroundings {
  /** The text on standard input, where the call asks for it. */
  readonly stdin: string | null;
  /** Says something on standard error. */
  readonly tell: (text: string) => void;
  /** What standard output shows. */
  readonly terminal: Terminal;
}

const NOWHERE: Surroundings = { stdin: null, tell: () => {}, terminal: PLAIN };

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export const commands: Readonly<Record<string, (call: Call, surroundings?: Surroundings) => Outcome>> = {
  inspect: inspectFile,
  lint: (call, surroundings = NOWHERE) => lint(call, surroundings),
  simulate: simulateJob,
  whatif: whatIf,
  plan: planLayouts,
  place: placeExperts,
  rules: listRules,
};

function simulateJob(call: Call): Outcome {
  const workspace = openWorkspace();
  const job = jobOf(call, workspace);
  const detail = call.report !== null;
  const simulated = runToEnd(workspace.engine.simulate(job, { ...request(call), detail }));
  reportFailures(simulated.failures);
  const { result } = simulated;
  if (!result) return refused(simulated, simulatedJson(simulated, call, workspace), call, workspace);
  const exitCode = failing(simulated.findings, call.failOn ?? 'never');
  const files =
    call.report === null ? [] : [{ path: call.report, text: reportPage(simulated, call, workspace) }];
  if (call.format === 'text') return { output: `${simulationText(simulated)}\n`, exitCode, files };
  const findings = simulated.findings.map((finding) => findingJson(finding, workspace));
  return {
    output: compactJson({ ...simulatedJson(simulated, call, workspace), findings }),
    exitCode,
    files,
  };
}

function listRules({ paths, format }: Call): Outcome {
  const [wanted, other] = paths;
  if (other) throw new UsageError('rules takes one rule.');
  const found = wanted === undefined ? allRules : rulesOf(wanted);
  const [only] = found;
  const isOne = wanted !== undefined && found.length === 1 && only !== undefined;
  if (format === 'json') return { output: json(isOne ? explained(only) : found.map(listed)), exitCode: 0 };
  if (isOne) return { output: ruleMarkdown(only), exitCode: 0 };
  const rows = found.map(({ code, severity, name, summary }) => [code, severity, name, summary]);
  return { output: `${table(rows, 9)}\n`, exitCode: 0 };
}

const listed = ({ code, name, severity, frameworks, summary }: RuleDescription) => ({
  code,
  name,
  severity,
  frameworks,
  summary,
});

const explained = (rule: RuleDescription) => ({
  ...listed(rule),
  simulated: rule.simulated ?? false,
  why: rule.why,
  limits: rule.limits ?? null,
  source: rule.source,
  example: rule.example,
  markdown: ruleMarkdown(rule),
});
