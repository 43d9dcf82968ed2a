import { type Artefact, readArtefact } from '../config/artefacts';
import type { Fact } from '../config/fact';
import type { Finding } from '../lint/finding';
import { countParameters } from '../sim/parameters/count';
import { runToEnd } from '../sim/simulate';
import type { FileAnalysis } from '../worker/analysis';
import type { Call } from './args';
import { artefactJson, artefactText, readOnce } from './artefact';
import type { Outcome } from './commands';
import { reportFailures } from './failures';
import { failing, findingsInSteps } from './findings';
import { refusalsJson, refusalsText } from './refusals';
import { findingJson } from './report/json';
import { findingLine } from './report/text';
import { parametersText, table } from './text';
import { tooLong } from './too-long';
import { UsageError } from './usage';
import { load, openWorkspace, type Workspace } from './workspace';

/** What was found out about one file. */
interface Inspected {
  /** As the call names it. */
  readonly file: string;
  readonly analysis: FileAnalysis;
  readonly artefact: Artefact | null;
  readonly findings: readonly Finding[];
  readonly workspace: Workspace;
}

/** `inspect`: what one file says, be it a configuration, or placements, loads or a trace. */
export function inspectFile(call: Call): Outcome {
  const file = call.paths[0];
  if (!file || call.paths.length > 1) throw new UsageError('inspect takes one file.');
  const workspace = openWorkspace();
  const { engine } = workspace;
  const { text, refused, artefact: asked } = readOnce(file);
  const analysis = engine.analyse(load(workspace, file, text ?? ''), {}, call.disabled);
  // A configuration is no list of numbers, whatever its keys are called.
  const artefact = analysis.document && text !== null ? readArtefact({ file, text }) : asked;
  const { findings, failures } = runToEnd(findingsInSteps(engine, [analysis], call));
  reportFailures(failures);
  const inspected: Inspected = { file, analysis, artefact, findings, workspace };
  return {
    output: `${call.format === 'json' ? inspectedJson(inspected) : inspectedText(inspected)}\n`,
    ...(refused === null ? {} : { message: `${file} is not read: ${refused}.` }),
    exitCode: failing([...findings, ...(artefact?.problems ?? [])], call.failOn ?? 'never'),
  };
}

function parametersOf({ jobs }: FileAnalysis) {
  const scenario = jobs.find((one) => one.scenario)?.scenario;
  return scenario ? countParameters(scenario.model) : null;
}

function inspectedJson({ file, analysis, artefact, findings, workspace }: Inspected): string {
  const parameters = parametersOf(analysis);
  const inspected = {
    file,
    framework: analysis.document?.framework ?? null,
    title: analysis.document?.title ?? null,
    facts: (analysis.document?.facts ?? []).map((fact) => factJson(fact, analysis.file, workspace)),
    parameters: parameters && {
      total: parameters.total,
      active: parameters.active,
      ...(parameters.withMtp === null ? {} : { withMtp: parameters.withMtp }),
      ...(parameters.stored === null ? {} : { stored: parameters.stored }),
    },
    refusals: analysis.jobs.flatMap((one) => refusalsJson(one, workspace)),
    ...(artefact ? { artefact: artefactJson(artefact) } : {}),
    findings: findings.map((finding) => findingJson(finding, workspace)),
  };
  return JSON.stringify(inspected, null, 2);
}

/** A fact with its place; of a script that starts another one, the file too where it is not the inspected one. */
function factJson(fact: Fact, inspected: string, { nameOf, placeOf }: Workspace) {
  const { line, column } = placeOf(fact);
  const { name, value, key, role, command, state, condition, expression, origin } = fact;
  const where = fact.file === inspected ? {} : { file: nameOf(fact.file) };
  return { name, value, key, role, command, ...where, line, column, state, condition, expression, origin };
}

function inspectedText({ file, analysis, artefact, findings, workspace }: Inspected): string {
  const { document, jobs } = analysis;
  if (!document)
    return artefact
      ? artefactText(artefact)
      : (tooLong(workspace, analysis.file) ??
          `${file}: not a Mixture-of-Experts config that moe-scope knows.`);
  const parameters = parametersOf(analysis);
  const rows = document.facts.map((fact) => [
    fact.name,
    fact.state === 'unresolved' ? (fact.expression ?? '?') : JSON.stringify(fact.value),
    `${fact.key}, line ${workspace.placeOf(fact).line}`,
    fact.state,
  ]);
  const blocks = [
    `${file}: ${document.title}`,
    table(rows, 9),
    parameters
      ? parametersText(parameters)
      : jobs.map((one) => (one.scenario ? '' : refusalsText(one, workspace))).join('\n'),
    artefact ? artefactText(artefact) : '',
    findings.map((finding) => findingLine(finding, workspace)).join('\n'),
  ];
  return blocks.filter(Boolean).join('\n\n');
}
