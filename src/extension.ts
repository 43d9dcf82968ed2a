import * as vscode from 'vscode';
import { bundleFolder, startWorker } from '#env';
import { registerCommands } from './editor/commands';
import { features } from './editor/features';
import { type FileState, Session } from './editor/session';
import { registerComparison } from './panel/compare-placements';
import { exportReport } from './panel/export-report';
import { Panels } from './panel/panels';
import { EngineClient } from './worker/client';

/** What other extensions may ask of this one. */
export interface MoeScopeApi {
  /** What is known of a file once its newest text is analysed; `undefined` when it is not a MoE config. */
  analysed(uri: vscode.Uri): Promise<FileState | undefined>;
}

export function activate(context: vscode.ExtensionContext): MoeScopeApi {
  const { extensionUri } = context;
  const log = vscode.window.createOutputChannel('MoE Scope', { log: true });
  const workerScript = vscode.Uri.joinPath(extensionUri, 'dist', bundleFolder, 'worker.js');
  const engine = new EngineClient(() => startWorker(workerScript));
  const session = new Session(engine, log);
  const panels = new Panels(session, extensionUri, log);

  context.subscriptions.push(
    log,
    engine,
    session,
    ...features.map((add) => add({ session, engine, log })),
    registerCommands(
      session,
      extensionUri,
      (job, changes) => panels.show(job, { changes }),
      (found, changes, plan) => exportReport(session, found, changes, plan),
    ),
    registerComparison(session, panels),
    panels,
  );
  return { analysed: (uri) => session.settled(uri) };
}
