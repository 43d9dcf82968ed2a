import * as vscode from 'vscode';
import { literalPlace } from '../lint/edits';
import { isParallelSize } from '../plan/sizes';
import { field } from '../scenario/fields';
import { targetOf } from './job';
import { selector } from './selector';
import type { Session } from './session';

const KIND = vscode.CodeActionKind.RefactorRewrite.append('moeScope');

/** Where a parallel size stands: change it together with what has to change with it. */
export function registerChangeActions(session: Session): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    selector,
    {
      provideCodeActions(document, range) {
        const state = session.current(document);
        if (!state) return [];
        const file = document.uri.toString();
        const offset = document.offsetAt(range.start);
        for (const job of state.analysis.jobs) {
          if (!job.scenario) continue;
          const fact = job.job.facts.find((one) => {
            const place = literalPlace(one);
            const isHere = place.file === file && place.range.start <= offset && offset <= place.range.end;
            return (
              isHere && isParallelSize(one.name) && (one.state === 'literal' || one.state === 'constant')
            );
          });
          if (!fact) continue;
          const label = field(fact.name)?.label ?? fact.name;
          const action = new vscode.CodeAction(
            vscode.l10n.t('Change {0} and what depends on it…', label),
            KIND,
          );
          action.command = {
            command: 'moeScope.changeValues',
            title: action.title,
            arguments: [targetOf({ state, job }), fact.name],
          };
          return [action];
        }
        return [];
      },
    },
    { providedCodeActionKinds: [KIND] },
  );
}
