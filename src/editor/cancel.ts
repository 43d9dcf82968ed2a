import type { CancellationToken } from 'vscode';
import type { CancelSignal } from '../worker/client';

/** A cancellation that the session, the panel and the engine client understand. */
export class CancelSource implements CancelSignal {
  isCancelled = false;
  private readonly listeners: (() => void)[] = [];

  onCancel(listener: () => void): void {
    this.listeners.push(listener);
  }

  cancel(): void {
    if (this.isCancelled) return;
    this.isCancelled = true;
    for (const listener of this.listeners) listener();
  }
}

/** What VS Code asks for, as the engine understands it. */
export function signalOf(token: CancellationToken): CancelSignal {
  return {
    get isCancelled() {
      return token.isCancellationRequested;
    },
    onCancel: (listener) => void token.onCancellationRequested(listener),
  };
}
