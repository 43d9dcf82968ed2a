import type * as vscode from 'vscode';
import type { Session } from '../editor/session';
import type { VariantStore } from '../editor/variants/store';
import type { PageBundle } from './html';

/** What every panel works with. */
export interface PanelServices {
  readonly session: Session;
  readonly variants: VariantStore;
  readonly extensionUri: vscode.Uri;
  /** What every panel's page is made of. */
  pageBundle(): Promise<PageBundle>;
  readonly log: vscode.LogOutputChannel;
}
