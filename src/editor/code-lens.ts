import * as vscode from 'vscode';
import { fieldLabel } from '../scenario/fields';
import { lineOf } from '../scenario/provenance';
import type { JobAnalysis } from '../worker/analysis';
import { fileName } from './convert';
import { selector } from './selector';
import type { FileState, Session } from './session';
import { codeLensEnabled } from './settings';

const GIB = 2 ** 30;

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
  const range = state.positions.range({ start: anchor(analysis), end: anchor(analysis) });
  const target = { file: state.uri.toString(), id: analysis.job.id };
  const open = new vscode.CodeLens(range, {
    command: 'moeScope.openPanel',
    title: `Open MoE Scope: ${summary(analysis, state)}`,
    arguments: [target],
  });
  if (!analysis.scenario) return [open, ...faultLenses(analysis, range, session)];
  const whatIf = new vscode.CodeLens(range, {
    command: 'moeScope.whatIf',
    title: 'What if…',
    arguments: [target],
  });
  return [open, whatIf];
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
        tooltip: `Go to the line that decides ${name}`,
        arguments: [vscode.Uri.parse(file), { selection }],
      }),
  );
}

/** The top of the file, or of the command's own block where a file holds several. */
function anchor({ job }: JobAnalysis): number {
  if (job.scenarioFile || (job.command === null && job.role === null)) return 0;
  const own = job.facts.filter(
    (fact) =>
      fact.file === job.launch?.file &&
      fact.keyRange.end > fact.keyRange.start &&
      (job.role === null ? fact.command === job.command : fact.role === job.role),
  );
  return Math.min(...own.map((fact) => fact.keyRange.start), Number.MAX_SAFE_INTEGER);
}

function summary({ job, scenario, refusals }: JobAnalysis, state: FileState): string {
  if (!scenario) return refusals[0]?.message ?? 'nothing to simulate';
  const simulated = state.simulated.get(job.id);
  const memory = simulated?.result?.memory;
  const rank = memory?.perRank[memory.fullestRank];
  if (!memory || !rank) return 'simulating…';
  const used = `${(rank.total / GIB).toFixed(1)} of ${(rank.capacity / GIB).toFixed(1)} GiB`;
  return `${simulated?.subtitle}; ${memory.fits ? `fits, ${used}` : `does not fit, ${used}`}`;
}
