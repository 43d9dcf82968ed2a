import * as vscode from 'vscode';
import type { Severity } from '../lint/finding';
import type { Values } from '../scenario/values';
import type { RuleChoices } from '../worker/analysis';
import { HINT_KINDS, type HintKind } from './hints/kinds';

const severities: ReadonlySet<unknown> = new Set<Severity>(['error', 'warning', 'info']);

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

/** What the user decides about rules for a file: those that are off, and severities in place of their own. */
export function ruleChoices(uri: vscode.Uri): Required<RuleChoices> {
  const levels = vscode.workspace.getConfiguration('moeScope', uri).get<Record<string, unknown>>('rules', {});
  const entries = Object.entries(levels);
  const isSeverity = (entry: [string, unknown]): entry is [string, Severity] => severities.has(entry[1]);
  return {
    disabled: entries.flatMap(([code, level]) => (level === 'off' ? code : [])),
    severities: Object.fromEntries(entries.filter(isSeverity)),
  };
}

export function codeLensEnabled(uri: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration('moeScope', uri).get('codeLens', true);
}

export function scanEnabled(): boolean {
  return vscode.workspace.getConfiguration('moeScope').get('scanWorkspace', true);
}

/** The inlay hints that are on for a file. */
export function hintKinds(uri: vscode.Uri): ReadonlySet<HintKind> {
  const settings = vscode.workspace.getConfiguration('moeScope.inlayHints', uri);
  if (!settings.get('enabled', true)) return new Set();
  return new Set(HINT_KINDS.filter((kind) => settings.get(kind, true)));
}

/** Characters that the editor shows of the inlay hints of one line; 0: all. */
export function longestHint(document: vscode.TextDocument): number {
  return vscode.workspace.getConfiguration('editor', document).get('inlayHints.maximumLength', 0);
}
