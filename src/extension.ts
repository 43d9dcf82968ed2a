import * as vscode from 'vscode';
import { bundleFolder, startWorker } from '#env';
import { registerArtefactLenses } from './editor/artefacts/lens';
import { registerScenarioWithFile } from './editor/artefacts/new-scenario';
import { Sightings } from './editor/artefacts/sightings';
import { registerCodeActions } from './editor/code-actions';
import { registerCodeLenses } from './editor/code-lens';
import { registerCommands } from './editor/commands';
import { trackContext } from './editor/context';
import { publishDiagnostics } from './editor/diagnostics';
import { registerHovers } from './editor/hover';
import { registerRulePages } from './editor/rule-pages';
import { watchWorkspace } from './editor/scan';
import { registerScenarioCompletion } from './editor/scenario-file/completion';
import { type FileState, Session } from './editor/session';
import { Panel, VIEW_TYPE } from './panel/panel';
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
  const sightings = new Sightings(engine, session.artefacts, log);

  context.subscriptions.push(
    log,
    engine,
    session,
    publishDiagnostics(session),
    registerCodeActions(session),
    registerHovers(session),
    registerScenarioCompletion(),
    registerCodeLenses(session),
    registerArtefactLenses(session, sightings),
    registerScenarioWithFile(session, sightings),
    registerRulePages(),
    registerCommands(session, extensionUri, (job, changes) =>
      Panel.show(session, extensionUri, log, job, { changes }),
    ),
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (view, state) => Panel.restore(view, session, extensionUri, log, state),
    }),
    trackContext(session),
    watchWorkspace(session, log),
  );
  return { analysed: (uri) => session.settled(uri) };
}
