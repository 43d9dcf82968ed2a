import type * as vscode from 'vscode';
import { type PageBundle, panelHtml } from './html';
import type { ToWebview } from './protocol';
import { pack } from './wire';

/** The page of a panel. VS Code takes a hidden one away and builds it anew when it is seen again. */
export interface Page {
  readonly isHidden: boolean;
  /** Resolves once VS Code has its text: what is said from then on is kept until the page is loaded. */
  readonly written: Promise<void>;
  /** Says something to it, if it is there. */
  post(message: ToWebview): void;
  hide(): void;
  comeBack(): void;
  dispose(): void;
}

/**
 * @param bundle what every page is made of
 * @param failed hears why there is none
 */
export function pageOf(
  { webview, visible }: vscode.WebviewPanel,
  bundle: Promise<PageBundle>,
  failed: (error: unknown) => void,
): Page {
  let isHidden = !visible;
  let isDisposed = false;
  const write = (text: PageBundle) => {
    if (!isDisposed) webview.html = panelHtml(webview, text);
  };
  return {
    get isHidden() {
      return isHidden;
    },
    written: bundle.then(write).catch(failed),
    post(message) {
      if (!isHidden && !isDisposed) void webview.postMessage(pack(message));
    },
    hide() {
      isHidden = true;
    },
    comeBack() {
      isHidden = false;
    },
    dispose() {
      isDisposed = true;
    },
  };
}
