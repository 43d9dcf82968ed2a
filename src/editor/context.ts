import * as vscode from 'vscode';
import type { Session } from './session';

/** Keeps `moeScope.fileHasJob` true while the active editor shows a job, for the panel's button in the title bar. */
export function trackContext(session: Session): vscode.Disposable {
  let shown: boolean | undefined;
  const update = () => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const hasJob = Boolean(uri && session.state(uri)?.analysis.jobs.length);
    if (hasJob === shown) return;
    shown = hasJob;
    void vscode.commands.executeCommand('setContext', 'moeScope.fileHasJob', hasJob);
  };
  update();
  return vscode.Disposable.from(
    session.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}
