import * as vscode from 'vscode';
import type { Fact, TextRange } from '../config/fact';
import type { Finding } from '../lint/finding';
import { writtenAt } from '../scenario/provenance';
import type { Session } from './session';

/** Opens the line that a fact's value stands on: the assignment, where it was followed through variables. */
export async function openFact(fact: Fact, session: Session): Promise<void> {
  if (fact.file.startsWith('preset:')) return;
  const { file, range } = writtenAt(fact);
  await openRange(file, range, session);
}

export async function openFinding(finding: Finding, session: Session): Promise<void> {
  await openRange(finding.file, finding.range, session);
}

async function openRange(file: string, range: TextRange, session: Session): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(file));
  const known = session.current(document)?.positions;
  const selection = known
    ? known.range(range)
    : new vscode.Range(document.positionAt(range.start), document.positionAt(range.end));
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const column = shown?.viewColumn ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(document, { selection, viewColumn: column });
}
