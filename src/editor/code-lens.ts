import * as vscode from 'vscode';
import type { JobAnalysis } from '../worker/analysis';
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
      return state.analysis.jobs.flatMap((job) => lenses(job, state));
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

function lenses(analysis: JobAnalysis, state: FileState): vscode.CodeLens[] {
  const range = state.positions.range({ start: anchor(analysis), end: anchor(analysis) });
  const target = { file: state.uri.toString(), id: analysis.job.id };
  const open = new vscode.CodeLens(range, {
    command: 'moeScope.openPanel',
    title: `Open MoE Scope: ${summary(analysis, state)}`,
    arguments: [target],
  });
  if (!analysis.scenario) return [open];
  const whatIf = new vscode.CodeLens(range, {
    command: 'moeScope.whatIf',
    title: 'What if…',
    arguments: [target],
  });
  return [open, whatIf];
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

function summary({ job, scenario, problems }: JobAnalysis, state: FileState): string {
  if (!scenario) return problems[0] ?? 'nothing to simulate';
  const simulated = state.simulated.get(job.id);
  const memory = simulated?.result?.memory;
  const rank = memory?.perRank[memory.fullestRank];
  if (!memory || !rank) return 'simulating…';
  const used = `${(rank.total / GIB).toFixed(1)} of ${(rank.capacity / GIB).toFixed(1)} GiB`;
  return `${simulated?.subtitle}; ${memory.fits ? `fits, ${used}` : `does not fit, ${used}`}`;
}
