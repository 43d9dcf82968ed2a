import type * as vscode from 'vscode';
import type { Session } from '../editor/session';
import type { VariantStore } from '../editor/variants/store';

/** What every panel works with. */
export interface PanelServices {
  readonly session: Session;
  readonly variants: VariantStore;
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}
