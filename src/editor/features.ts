import type * as vscode from 'vscode';
import type { EngineClient } from '../worker/client';
import { registerApply } from './apply';
import { registerArtefacts } from './artefacts/artefacts';
import { registerChangeActions } from './change-actions';
import { registerCodeActions } from './code-actions';
import { registerCodeLenses } from './code-lens';
import { trackContext } from './context';
import { publishDiagnostics } from './diagnostics';
import type { FindJob } from './find-job';
import { registerFixAll } from './fix-all';
import { registerInlayHints } from './hints/inlay-hints';
import { registerHovers } from './hover';
import { registerTurnOff } from './ignore';
import { registerLinks } from './links';
import { registerRulePages } from './rule-pages';
import { watchWorkspace } from './scan';
import { registerScenarioCompletion } from './scenario-file/completion';
import type { Session } from './session';
import { registerSizeCompletion } from './sizes';
import { showStatus } from './status';
import { registerTooLong } from './too-long';
import { registerTools } from './tools/tools';
import { showTree } from './tree/tree';

/** What every feature gets; most need the session alone. */
export interface Services {
  readonly session: Session;
  readonly engine: EngineClient;
  /** The job that a command is about. */
  readonly findJob: FindJob;
  readonly log: vscode.LogOutputChannel;
}

/** All that the extension adds to the editor beside its commands and its panel. */
export const features: readonly ((services: Services) => vscode.Disposable)[] = [
  ({ session }) => publishDiagnostics(session),
  ({ session, engine }) => registerCodeActions(session, engine),
  ({ engine }) => registerFixAll(engine),
  ({ session, engine, findJob }) => registerApply(session, engine, findJob),
  ({ session }) => registerChangeActions(session),
  () => registerTurnOff(),
  ({ session }) => registerHovers(session),
  ({ session }) => registerInlayHints(session),
  ({ session }) => registerCodeLenses(session),
  () => registerTooLong(),
  ({ session, engine }) => registerSizeCompletion(session, engine),
  () => registerScenarioCompletion(),
  ({ session, engine }) => registerLinks(session, engine),
  registerArtefacts,
  () => registerRulePages(),
  ({ session }) => showStatus(session),
  ({ session }) => showTree(session),
  ({ session }) => trackContext(session),
  ({ session, engine, log }) => registerTools(session, engine, log),
  ({ session, log }) => watchWorkspace(session, log),
];
