import { readArtefact } from '../config/artefacts';
import { ruleMarkdown } from '../lint/markdown';
import { allRules } from '../lint/registry';
import type { RuleDescription } from '../lint/rule';
import { countParameters } from '../sim/parameters/count';
import { runToEnd } from '../sim/simulate';
import type { Call } from './args';
import { artefactJson, artefactText, readOnce } from './artefact';
import { reportFailures } from './failures';
import { failing, findingsInSteps } from './findings';
import { jobOf } from './jobs';
import { lint } from './lint';
import { placeExperts } from './place';
import { planLayouts } from './plan';
import { refusalsJson, refusalsText } from './refusals';
import { findingJson } from './report/json';
import { PLAIN, type Terminal } from './report/terminal';
import { findingLine } from './report/text';
import { reportPage } from './report-page';
import { rulesOf } from './selection';
import { compactJson, refused, request, simulatedJson } from './simulated';
import { parametersText, simulationText, table } from './text';
import { UsageError } from './usage';
import { whatIf } from './whatif';
import { load, openWorkspace } from './workspace';

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

function inspectFile(call: Call): Outcome {
  const file = call.paths[0];
  if (!file || call.paths.length > 1) throw new UsageError('inspect takes one file.');
  const workspace = openWorkspace();
  const { engine, nameOf, placeOf } = workspace;
  const { text, artefact: asked } = readOnce(file);
  const analysis = engine.analyse(load(workspace, file, text ?? ''), {}, call.disabled);
  // A configuration is no list of numbers, whatever its keys are called.
  const artefact = analysis.document && text !== null ? readArtefact({ file, text }) : asked;
  const { findings, failures } = runToEnd(findingsInSteps(engine, [analysis], call));
  reportFailures(failures);
  const judged = [...findings, ...(artefact?.problems ?? [])];
  const scenario = analysis.jobs.find((one) => one.scenario)?.scenario;
  const parameters = scenario ? countParameters(scenario.model) : null;
  const facts = analysis.document?.facts ?? [];
  if (call.format === 'json') {
    const output = json({
      file,
      framework: analysis.document?.framework ?? null,
      title: analysis.document?.title ?? null,
      facts: facts.map((fact) => {
        const { line, column } = placeOf(fact);
        const { name, value, key, role, command, state, condition, expression, origin } = fact;
        // Of a script that starts another one: the file is said where it is not the inspected one.
        const where = fact.file === analysis.file ? {} : { file: nameOf(fact.file) };
        return {
          name,
          value,
          key,
          role,
          command,
          ...where,
          line,
          column,
          state,
          condition,
          expression,
          origin,
        };
      }),
      parameters: parameters && {
        total: parameters.total,
        active: parameters.active,
        ...(parameters.withMtp === null ? {} : { withMtp: parameters.withMtp }),
        ...(parameters.stored === null ? {} : { stored: parameters.stored }),
      },
      refusals: analysis.jobs.flatMap((one) => refusalsJson(one, workspace)),
      ...(artefact ? { artefact: artefactJson(artefact) } : {}),
      findings: findings.map((finding) => findingJson(finding, workspace)),
    });
    return { output, exitCode: failing(judged, call.failOn ?? 'never') };
  }
  if (!analysis.document) {
    const output = artefact
      ? artefactText(artefact)
      : `${file}: not a Mixture-of-Experts config that moe-scope knows.`;
    return { output: `${output}\n`, exitCode: failing(judged, call.failOn ?? 'never') };
  }
  const rows = facts.map((fact) => [
    fact.name,
    fact.state === 'unresolved' ? (fact.expression ?? '?') : JSON.stringify(fact.value),
    `${fact.key}, line ${placeOf(fact).line}`,
    fact.state,
  ]);
  const blocks = [
    `${file}: ${analysis.document.title}`,
    table(rows, 9),
    parameters
      ? parametersText(parameters)
      : analysis.jobs.map((one) => (one.scenario ? '' : refusalsText(one, workspace))).join('\n'),
    ...(artefact ? [artefactText(artefact)] : []),
    ...(findings.length > 0 ? [findings.map((finding) => findingLine(finding, workspace)).join('\n')] : []),
  ];
  return {
    output: `${blocks.filter(Boolean).join('\n\n')}\n`,
    exitCode: failing(judged, call.failOn ?? 'never'),
  };
}

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
