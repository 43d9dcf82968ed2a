import * as vscode from 'vscode';
import type { Values } from '../scenario/resolver';

/** Scenario fields that the user's settings decide for a file, where they are set. */
export function scenarioSettings(uri: vscode.Uri): Values {
  const configuration = vscode.workspace.getConfiguration('moeScope', uri);
  const accelerator = configuration.get<string>('accelerator', '');
  const routing = configuration.inspect<string>('routing');
  const chosen = routing?.workspaceFolderValue ?? routing?.workspaceValue ?? routing?.globalValue;
  return {
    ...(accelerator ? { 'cluster.accelerator': accelerator } : {}),
    ...(chosen ? { 'routing.distribution': chosen } : {}),
  };
}

/** Codes of the rules that the user silenced for a file. */
export function disabledRules(uri: vscode.Uri): readonly string[] {
  return vscode.workspace.getConfiguration('moeScope', uri).get<string[]>('disabledRules', []);
}

export function codeLensEnabled(uri: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration('moeScope', uri).get('codeLens', true);
}

export function scanEnabled(): boolean {
  return vscode.workspace.getConfiguration('moeScope').get('scanWorkspace', true);
}
