import { failureText, untold } from '../lint/failures';
import type { Call } from './args';
import type { Outcome, Surroundings } from './commands';
import { discover, type Search } from './discover';
import { type FileText, readConfig, reading, reasonOf } from './files';
import { failing, findingsInSteps } from './findings';
import { repositoryRoot } from './gitignore';
import { tellingProgress } from './progress';
import { githubReport } from './report/github';
import { jsonReport } from './report/json';
import { countLine, type Report, type View } from './report/report';
import { sarifReport } from './report/sarif';
import { textReport } from './report/text';
import { tooLong } from './too-long';
import { UsageError } from './usage';
import { loadReferences, openWorkspace, put, type Workspace } from './workspace';

/** `lint`: findings in files, folders, globs, or in the text on standard input. */
export function lint(call: Call, surroundings: Surroundings): Outcome {
  const notes: string[] = [];
  const note = (text: string) => {
    notes.push(text);
    if (!call.quiet) surroundings.tell(text);
  };
  const workspace = openWorkspace({ keepsSuppressed: true });
  const files = given(call, surroundings, workspace, note);
  for (const file of files) loadReferences(workspace, file);
  const { engine } = workspace;
  const analyses = files.map((file) => engine.analyse(file, {}, call.disabled));
  const { findings, failures } = tellingProgress('simulated', findingsInSteps(engine, analyses, call));
  for (const failure of untold(failures, new Set())) note(failureText(failure));
  const report: Report = {
    findings: findings.filter(({ suppression }) => !suppression),
    suppressed: findings.filter(({ suppression }) => suppression),
    files: files.length,
    configs: analyses.filter(({ document }) => document !== null).length,
    notes,
  };
  const { nameOf, placeOf } = workspace;
  const view: View = { nameOf, placeOf, textOf: engine.textOf, root: repositoryRoot('.') };
  return {
    output: printed(report, view, call, surroundings),
    ...(call.quiet ? {} : { message: countLine(report) }),
    exitCode: failing(report.findings, call.failOn ?? 'error'),
  };
}

/** Puts what the call is about into the workspace; returns its files. @throws UsageError */
function given(
  { paths, stdinFilename, gitignore, exclude }: Call,
  { stdin }: Surroundings,
  workspace: Workspace,
  note: (text: string) => void,
): string[] {
  if (stdinFilename !== null) {
    if (paths.some((path) => path !== '-'))
      throw new UsageError('--stdin-filename takes the text from standard input: name no other files.');
    return [put(workspace, stdinFilename, stdin ?? '')];
  }
  if (paths.includes('-'))
    throw new UsageError('Say with --stdin-filename which file the text on standard input is.');
  if (paths.length === 0) throw new UsageError('lint takes files, folders or globs.');
  const search: Search = { gitignore, exclude, tell: note };
  return discover(paths, search).flatMap(({ path, isNamed }) => {
    const read = isNamed ? reading(path, () => readConfig(path)) : readFound(path, note);
    if ('text' in read) {
      const file = put(workspace, path, read.text);
      const long = isNamed ? tooLong(workspace, file) : undefined;
      if (long !== undefined) note(long);
      return [file];
    }
    if (isNamed) note(`${path} is left out: ${read.refused}.`);
    return [];
  });
}

/** A file that was come across: it may have gone since, or be closed to us. */
function readFound(path: string, note: (text: string) => void): FileText {
  try {
    return readConfig(path);
  } catch (error) {
    const refused = reasonOf(error);
    note(`${path} is left out: ${refused}.`);
    return { refused };
  }
}

function printed(report: Report, view: View, call: Call, { terminal }: Surroundings): string {
  switch (call.format) {
    case 'json':
      return jsonReport(report, view);
    case 'sarif':
      return sarifReport(report, view, call.disabled);
    case 'github':
      return githubReport(report, view);
    default:
      return textReport(report, view, terminal);
  }
}
