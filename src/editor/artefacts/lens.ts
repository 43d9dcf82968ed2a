import * as vscode from 'vscode';
import type { ArtefactSummary } from '../../config/artefacts';
import type { Session } from '../session';
import { codeLensEnabled } from '../settings';
import type { Sightings } from './sightings';

/** Files that may hold loads, a trace or a placement, in whatever language VS Code takes them for. */
const selector: vscode.DocumentSelector = { pattern: '**/*.{json,jsonl,csv,tsv,yaml,yml}' };

/** Command that makes a scenario file with a file of numbers. */
export const NEW_SCENARIO_WITH = 'moeScope.newScenarioWithFile';

/** A line above a file of numbers that says what it is, with a scenario for it where there is a job; the same as a hover. */
export function registerArtefactLenses(session: Session, sightings: Sightings): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const lenses = vscode.languages.registerCodeLensProvider(selector, {
    onDidChangeCodeLenses: changed.event,
    async provideCodeLenses(document, token) {
      if (!codeLensEnabled(document.uri)) return [];
      const summary = await sightings.of(document, token);
      if (!summary) return [];
      const { summaryLine } = await import('./words');
      const top = new vscode.Range(0, 0, 0, 0);
      // A lens that leads nowhere is text.
      const what = new vscode.CodeLens(top, { command: '', title: summaryLine(summary) });
      const isOfUse = session.hasJobs && summary.layers > 0;
      return isOfUse ? [what, scenarioLens(top, document.uri, summary)] : [what];
    },
  });
  const hovers = vscode.languages.registerHoverProvider(selector, {
    async provideHover(document, position, token) {
      if (position.line > 0) return undefined;
      const summary = await sightings.of(document, token);
      if (!summary) return undefined;
      const { summaryMarkdown } = await import('./words');
      return new vscode.Hover(new vscode.MarkdownString(summaryMarkdown(summary)));
    },
  });
  let hadJobs = session.hasJobs;
  return vscode.Disposable.from(
    changed,
    lenses,
    hovers,
    session.onDidChange(() => {
      if (session.hasJobs === hadJobs) return;
      hadJobs = session.hasJobs;
      changed.fire();
    }),
  );
}

function scenarioLens(range: vscode.Range, uri: vscode.Uri, { slots }: ArtefactSummary): vscode.CodeLens {
  return new vscode.CodeLens(range, {
    command: NEW_SCENARIO_WITH,
    title:
      slots === null
        ? vscode.l10n.t('New scenario with these loads')
        : vscode.l10n.t('New scenario with this placement'),
    arguments: [uri],
  });
}
