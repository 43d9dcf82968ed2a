import type * as vscode from 'vscode';
import { Gate } from '../editor/gate';
import type { ToWebview } from './protocol';

/** The page of a panel. VS Code takes a hidden one away and builds it anew when it is seen again. */
export interface Page {
  readonly isHidden: boolean;
  /** It listens: it has said so. */
  readonly isOpen: boolean;
  /** Resolves once it listens. */
  readonly opened: Promise<void>;
  /** Says something to it, if it listens. */
  post(message: ToWebview): void;
  open(): void;
  hide(): void;
  comeBack(): void;
}

export function pageOf({ webview, visible }: vscode.WebviewPanel): Page {
  let isHidden = !visible;
  let gate = new Gate();
  return {
    get isHidden() {
      return isHidden;
    },
    get isOpen() {
      return gate.isOpen;
    },
    get opened() {
      return gate.opened;
    },
    post(message) {
      if (gate.isOpen) void webview.postMessage(message);
    },
    open: () => gate.open(),
    hide() {
      isHidden = true;
      gate = new Gate();
    },
    comeBack() {
      isHidden = false;
    },
  };
}
