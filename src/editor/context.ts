import * as vscode from 'vscode';
import { isScenarioName } from '../config/scenario-file';
import type { Session } from './session';

/** What menus and the steps of the walkthrough ask of the file in the active editor. */
const keys: Readonly<Record<string, (uri: vscode.Uri, session: Session) => boolean>> = {
  'moeScope.fileHasJob': (uri, session) => Boolean(session.state(uri)?.analysis.jobs.length),
  'moeScope.fileHasFinding': (uri, session) => session.findings(uri).length > 0,
  'moeScope.fileIsScenario': (uri, session) => isScenarioName(uri.path) && session.state(uri) !== undefined,
};

/** Whether any job is known: most commands of the palette need one. */
const HAS_JOBS = 'moeScope.hasJobs';

/** Keeps the keys true to the active editor. */
export function trackContext(session: Session): vscode.Disposable {
  const told = new Map<string, boolean>();
  const tell = (key: string, value: boolean) => {
    if (told.get(key) === value) return;
    told.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = () => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    tell(HAS_JOBS, session.hasJobs);
    for (const [key, holds] of Object.entries(keys)) tell(key, uri !== undefined && holds(uri, session));
  };
  update();
  return vscode.Disposable.from(
    session.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}
