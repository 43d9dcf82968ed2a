import * as vscode from 'vscode';
import { bundleFolder, startWorker } from '#env';
import { registerCommands } from './editor/commands';
import { features } from './editor/features';
import { jobFinder } from './editor/find-job';
import { type FileState, Session } from './editor/session';
import { registerVariants } from './editor/variants/commands';
import { VariantStore } from './editor/variants/store';
import { registerComparison } from './panel/compare-placements';
import { exportReport } from './panel/export-report';
import { pageBundle } from './panel/html';
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
  const variants = new VariantStore(context.workspaceState, engine);
  const panels = new Panels({ session, variants, extensionUri, log, pageBundle: pageBundle(extensionUri) });

  const findJob = jobFinder(session, () => panels.shown?.job ?? null);

  context.subscriptions.push(
    log,
    engine,
    session,
    variants,
    ...features.map((add) => add({ session, engine, log, findJob })),
    registerCommands(
      session,
      findJob,
      extensionUri,
      (job, changes) => panels.show(job, { changes }),
      (found, changes, plan) => exportReport(session, found, changes, plan),
    ),
    registerComparison(findJob, panels),
    registerVariants(session, variants, findJob, {
      show: (job, changes) => panels.show(job, { changes, view: 'whatif' }),
      shown: () => panels.shown,
    }),
    panels,
  );
  return { analysed: (uri) => session.settled(uri) };
}
