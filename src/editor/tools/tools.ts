import type * as vscode from 'vscode';
import type { EngineClient } from '../../worker/client';
import type { Session } from '../session';
import { registerAll } from './api';
import { explainFinding } from './explain-finding';
import { lintConfig } from './lint-config';
import { simulateLayout } from './simulate-layout';

/** The tools that language models can call. */
export function registerTools(
  session: Session,
  engine: EngineClient,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  return registerAll([lintConfig(session), simulateLayout(session, engine), explainFinding(session)], log);
}
