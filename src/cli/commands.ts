import { readArtefact } from '../config/artefacts';
import type { Finding, Severity } from '../lint/finding';
import { mergeFindings } from '../lint/lint';
import { ruleMarkdown } from '../lint/markdown';
import { allRules, findRule } from '../lint/registry';
import { assumptions } from '../scenario/assumptions';
import { countParameters } from '../sim/parameters/count';
import { runToEnd } from '../sim/simulate';
import type { FileAnalysis, Simulated } from '../worker/analysis';
import { Engine } from '../worker/engine';
import type { Call, FailOn } from './args';
import { artefactJson, artefactText, readOnce } from './artefact';
import { reportFailures } from './failures';
import { expand, load, readText } from './files';
import { jobOf } from './jobs';
import { placeExperts } from './place';
import { refusalsJson, refusalsText } from './refusals';
import { findingJson, place, resultJson, type TextOf } from './simulation-json';
import { readArtefacts } from './tables';
import { countLine, deltaText, findingLine, parametersText, simulationText, table } from './text';
import { UsageError } from './usage';

/** What a command prints on stdout and on stderr, and the code that it ends with. */
export interface Outcome {
  readonly output: string;
  readonly message?: string;
  readonly exitCode: 0 | 1 | 2;
}

const textOf: TextOf = (file) => (file.startsWith('preset:') ? '' : readText(file));
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
/** Matrices one row a line would be long; without indentation a 1024 x 1024 matrix stays loadable. */
const compactJson = (value: unknown): string => `${JSON.stringify(value)}\n`;

export const commands: Readonly<Record<string, (call: Call) => Outcome>> = {
  inspect: inspectFile,
  lint: lintPaths,
  simulate: simulateJob,
  whatif: compareJobs,
  place: placeExperts,
  rules: listRules,
};

function inspectFile(call: Call): Outcome {
  const file = call.paths[0];
  if (!file || call.paths.length > 1) throw new UsageError('inspect takes one file.');
  const engine = new Engine();
  const { text, artefact: asked } = readOnce(file);
  const analysis = load(engine, file, call.disabled, text ?? '');
  // A configuration is no list of numbers, whatever its keys are called.
  const artefact = analysis.document && text !== null ? readArtefact({ file, text }) : asked;
  const findings = allFindings(engine, analysis, call);
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
        const { line, column } = place(fact, textOf);
        const { name, value, key, role, command, state, condition, expression, origin } = fact;
        // Of a script that starts another one: the file is said where it is not the inspected one.
        const where = fact.file === file ? {} : { file: fact.file };
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
      refusals: analysis.jobs.flatMap((one) => refusalsJson(one, textOf)),
      ...(artefact ? { artefact: artefactJson(artefact) } : {}),
      findings: findings.map((finding) => findingJson(finding, textOf)),
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
    `${fact.key}, line ${place(fact, textOf).line}`,
    fact.state,
  ]);
  const blocks = [
    `${file}: ${analysis.document.title}`,
    table(rows, 9),
    parameters
      ? parametersText(parameters)
      : analysis.jobs.map((one) => (one.scenario ? '' : refusalsText(one, textOf))).join('\n'),
    ...(artefact ? [artefactText(artefact)] : []),
    ...(findings.length > 0 ? [findings.map((finding) => findingLine(finding, textOf)).join('\n')] : []),
  ];
  return {
    output: `${blocks.filter(Boolean).join('\n\n')}\n`,
    exitCode: failing(judged, call.failOn ?? 'never'),
  };
}

function lintPaths(call: Call): Outcome {
  if (call.paths.length === 0) throw new UsageError('lint takes files or folders.');
  const engine = new Engine();
  const files = expand(call.paths, (reason) => process.stderr.write(`moe-scope: ${reason}\n`));
  for (const file of files) load(engine, file, call.disabled);
  const findings = mergeFindings(
    files.flatMap((file) => allFindings(engine, engine.analyse(file, {}, call.disabled), call)),
  );
  const output =
    call.format === 'json'
      ? json({ findings: findings.map((finding) => findingJson(finding, textOf)) })
      : `${[...findings.map((finding) => findingLine(finding, textOf)), countLine(findings)].join('\n')}\n`;
  return { output, exitCode: failing(findings, call.failOn ?? 'error') };
}

/** What the rules say about a file, those that need a simulation included. */
function allFindings(engine: Engine, analysis: FileAnalysis, call: Call): Finding[] {
  const simulated = analysis.jobs.flatMap(({ job, scenario }) => {
    if (!scenario) return [];
    const figures = runToEnd(engine.simulateJob(job, request(call)));
    reportFailures(figures.failures);
    return figures.findings;
  });
  reportFailures(analysis.failures);
  return mergeFindings([...analysis.findings, ...simulated]);
}

function request(call: Call) {
  const { engine, matrices, disabled } = call;
  const artefacts = readArtefacts(call.artefacts);
  return { settings: {}, overrides: call.set, artefacts, engine, matrices, disabled } as const;
}

function simulateJob(call: Call): Outcome {
  const engine = new Engine();
  const simulated = runToEnd(engine.simulateJob(jobOf(call, engine), request(call)));
  reportFailures(simulated.failures);
  const { result } = simulated;
  if (!result) return refused(simulated, refusedJson(simulated), call);
  const exitCode = failing(simulated.findings, call.failOn ?? 'never');
  if (call.format === 'text') return { output: `${simulationText(simulated)}\n`, exitCode };
  const findings = simulated.findings.map((finding) => findingJson(finding, textOf));
  return {
    output: compactJson({ ...resultJson(result, assumedOf(simulated), call.matrices), findings }),
    exitCode,
  };
}

function compareJobs(call: Call): Outcome {
  if (call.changes.length === 0) throw new UsageError('whatif takes at least one --change NAME=VALUE.');
  const engine = new Engine();
  const whatIf = runToEnd(
    engine.whatIfOfJob(jobOf(call, engine), { ...request(call), changes: call.changes }),
  );
  const without = [whatIf.baseline, whatIf.variant].find(({ result }) => result === null);
  const side = (one: Simulated) =>
    one.result ? resultJson(one.result, assumedOf(one), call.matrices) : refusedJson(one);
  const both = { changes: call.changes, baseline: side(whatIf.baseline), variant: side(whatIf.variant) };
  if (without) return refused(without, both, call);
  if (call.format === 'text') {
    const changes = call.changes.map(({ name, value }) => `${name}=${value}`).join(', ');
    return { output: `${changes}\n${whatIf.variant.sentence}\n\n${deltaText(whatIf.delta)}\n`, exitCode: 0 };
  }
  return { output: compactJson({ ...both, delta: whatIf.delta }), exitCode: 0 };
}

const assumedOf = ({ scenario, provenance }: Simulated) =>
  scenario ? assumptions(scenario, provenance) : [];

/** A job without a result: JSON with the reasons where JSON was asked for, and the same for a reader on stderr. */
function refused(simulated: Simulated, found: object, { format }: Call): Outcome {
  const message = `Nothing to simulate:\n${refusalsText(simulated, textOf)}`;
  return { output: format === 'json' ? compactJson(found) : '', message, exitCode: 2 };
}

const refusedJson = (one: Simulated) => ({ scenario: null, refusals: refusalsJson(one, textOf) });

function listRules(call: Call): Outcome {
  const [wanted, other] = call.paths;
  if (other) throw new UsageError('rules takes one rule.');
  if (!wanted) {
    const list = allRules.map(({ code, name, severity, summary }) => ({ code, name, severity, summary }));
    const rows = list.map(({ code, severity, name, summary }) => [code, severity, name, summary]);
    return { output: call.format === 'json' ? json(list) : `${table(rows, 9)}\n`, exitCode: 0 };
  }
  const rule = findRule(wanted);
  if (!rule) throw new UsageError(`There is no rule ${wanted}.`);
  const { code, name, severity, frameworks, summary, why, source, example } = rule;
  const output =
    call.format === 'json'
      ? json({ code, name, severity, frameworks, summary, why, source, example })
      : ruleMarkdown(rule);
  return { output, exitCode: 0 };
}

const weight: Readonly<Record<Severity, number>> = { info: 1, warning: 2, error: 3 };

function failing(findings: readonly Pick<Finding, 'severity'>[], failOn: FailOn): 0 | 1 {
  if (failOn === 'never') return 0;
  return findings.some(({ severity }) => weight[severity] >= weight[failOn]) ? 1 : 0;
}
