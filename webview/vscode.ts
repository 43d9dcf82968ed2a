import type { FromWebview, PanelState } from '../src/panel/protocol';

interface VsCodeApi {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: PanelState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The host allows one call per page, so it is made here and shared. */
export const vscode: VsCodeApi = acquireVsCodeApi();
