import * as vscode from 'vscode';
import { fieldLabel } from '../scenario/fields';
import { lineOf } from '../scenario/provenance';
import type { JobAnalysis } from '../worker/analysis';
import { fileName } from './convert';
import { withoutIcons } from './format';
import { anchorOf, type FoundJob, partOf, targetOf, verdictOf } from './job';
import { answerTo, inShort } from './refusal-answers';
import { selector } from './selector';
import type { FileState, Session } from './session';
import { codeLensEnabled } from './settings';

/** One line above each job: its verdict in short, which opens the panel, and a what-if. */
export function registerCodeLenses(session: Session): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider = vscode.languages.registerCodeLensProvider(selector, {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document) {
      const state = session.state(document.uri);
      if (!state || !codeLensEnabled(document.uri)) return [];
      return state.analysis.jobs.flatMap((job) => lenses(job, state, session));
    },
  });
  return vscode.Disposable.from(
    changed,
    provider,
    session.onDidChange((uri) => {
      const key = uri.toString();
      const isShown = vscode.window.visibleTextEditors.some(
        ({ document }) => document.uri.toString() === key,
      );
      if (isShown) changed.fire();
    }),
  );
}

function lenses(analysis: JobAnalysis, state: FileState, session: Session): vscode.CodeLens[] {
  const found = { state, job: analysis };
  // One job is the whole file, wherever its command stands in it.
  const at = state.analysis.jobs.length > 1 ? anchorOf(analysis) : 0;
  const range = state.positions.range({ start: at, end: at });
  const target = targetOf(found);
  const open = new vscode.CodeLens(range, {
    command: 'moeScope.openPanel',
    title: titleOf(found),
    arguments: [target],
  });
  if (!analysis.scenario)
    return [open, ...answerLenses(found, range), ...faultLenses(analysis, range, session)];
  const whatIf = new vscode.CodeLens(range, {
    command: 'moeScope.whatIf',
    title: vscode.l10n.t('What if…'),
    arguments: [target],
  });
  return [open, whatIf];
}

/** A lens for the command that answers why the job cannot be simulated. */
function answerLenses(found: FoundJob, range: vscode.Range): vscode.CodeLens[] {
  const answer = answerTo(found.job.refusals[0]?.reason ?? '');
  return answer ? [new vscode.CodeLens(range, { ...answer, arguments: [targetOf(found)] })] : [];
}

/** Fields at fault that a lens leads to: more would not fit beside the sentence. */
const MOST_FAULTS = 3;

/** One lens for each field that keeps the job from being simulated and that a file decides: it opens the line. */
function faultLenses(
  { refusals, provenance }: JobAnalysis,
  range: vscode.Range,
  session: Session,
): vscode.CodeLens[] {
  const faults = (refusals[0]?.fields ?? []).flatMap((name) => {
    const line = lineOf(provenance[name]);
    const selection = line && session.positions(line.file)?.range(line.range);
    return line && selection ? [{ name, file: line.file, selection }] : [];
  });
  return faults.slice(0, MOST_FAULTS).map(
    ({ name, file, selection }) =>
      new vscode.CodeLens(range, {
        command: 'vscode.open',
        title: `${fieldLabel(name)}, ${fileName(file)}:${selection.start.line + 1}`,
        tooltip: vscode.l10n.t('Go to the line that decides {0}', name),
        arguments: [vscode.Uri.parse(file), { selection }],
      }),
  );
}

/** Figures say which job of a file they are of; where there are none, its name does. */
function titleOf(found: FoundJob): string {
  const { scenario, job } = found.job;
  const part = scenario ? null : partOf(job, found.state.analysis.jobs);
  return part === null
    ? vscode.l10n.t('MoE Scope: {0}', summary(found))
    : vscode.l10n.t('MoE Scope, {0}: {1}', part, summary(found));
}

function summary(found: FoundJob): string {
  const { subtitle, text } = verdictOf(found);
  const [refusal] = found.job.refusals;
  if (refusal) return inShort(refusal.message);
  return withoutIcons(subtitle === '' ? text : `${text}; ${subtitle}`);
}
