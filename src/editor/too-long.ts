import * as vscode from 'vscode';
import { isCandidate } from './documents';
import { format } from './format';
import { selector } from './selector';

/** A config that is longer than is read says so above its first line, in place of what would stand there. */
export function registerTooLong(): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider(selector, {
    async provideCodeLenses(document) {
      if (!isCandidate(document)) return [];
      const { shortestLimit, limitOf } = await import('../config/read');
      const length = lengthOf(document);
      const limit = length > shortestLimit ? limitOf(document.getText(), document.uri.path) : undefined;
      if (limit === undefined) return [];
      const title = vscode.l10n.t(
        'MoE Scope: not read, the file has {0} characters, more than {1}',
        format(length),
        format(limit),
      );
      return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command: '' })];
    },
  });
}

/** Characters of a document, without putting its lines together. */
const lengthOf = (document: vscode.TextDocument): number =>
  document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
