import type * as vscode from 'vscode';
import type { FileState, Session } from './session';

/**
 * The state of the very text that a document holds, as soon as there is one that is ready: what the editor shows until
 * then moves along with the text. `undefined` for a file that is none of ours, and when the question is withdrawn.
 */
export function upcoming(
  session: Session,
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
  isReady: (state: FileState) => boolean = () => true,
): Promise<FileState | undefined> {
  return new Promise((resolve) => {
    const look = () => {
      const state = session.current(document);
      const waits = !(state && isReady(state)) && session.isBusy(document.uri);
      if (waits && !token.isCancellationRequested) return;
      for (const subscription of subscriptions) subscription.dispose();
      resolve(token.isCancellationRequested ? undefined : state);
    };
    const isHere = (uri: vscode.Uri) => uri.toString() === document.uri.toString();
    const subscriptions = [
      session.onDidChange((uri) => isHere(uri) && look()),
      session.onDidChangeActivity((uri) => isHere(uri) && look()),
      token.onCancellationRequested(look),
    ];
    look();
  });
}
