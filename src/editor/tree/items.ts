import * as vscode from 'vscode';
import type { Severity } from '../../lint/finding';
import { fileName } from '../convert';
import { format } from '../format';
import { type Outcome, severityOf, type Verdict, verdictOf } from '../job';
import type { Session } from '../session';
import type { DetailNode, FileNode, FindingNode, JobNode, Node } from './nodes';

const { ThemeIcon, ThemeColor, TreeItemCollapsibleState } = vscode;

const warning = new ThemeIcon('warning', new ThemeColor('problemsWarningIcon.foreground'));
const outcomeIcons: Readonly<Record<Outcome, vscode.ThemeIcon>> = {
  fits: new ThemeIcon('pass', new ThemeColor('testing.iconPassed')),
  'fewer-sequences': new ThemeIcon('info', new ThemeColor('problemsInfoIcon.foreground')),
  'no-sequence': warning,
  'does-not-fit': warning,
  model: new ThemeIcon('symbol-structure'),
  open: new ThemeIcon('question'),
  waiting: new ThemeIcon('loading~spin'),
};
/** A word behind the name; the figures stand a level deeper, where there is room for them. */
const short: Readonly<Record<Outcome, string>> = {
  fits: vscode.l10n.t('fits'),
  'fewer-sequences': vscode.l10n.t('fits, but not all sequences'),
  'no-sequence': vscode.l10n.t('weights fit, no sequence does'),
  'does-not-fit': vscode.l10n.t('does not fit'),
  model: vscode.l10n.t('model'),
  open: vscode.l10n.t('not simulated'),
  waiting: vscode.l10n.t('simulating…'),
};
const severityIcons: Readonly<Record<Severity, vscode.ThemeIcon>> = {
  error: new ThemeIcon('error', new ThemeColor('problemsErrorIcon.foreground')),
  warning,
  info: new ThemeIcon('info', new ThemeColor('problemsInfoIcon.foreground')),
};

const severityNames: Readonly<Record<Severity, string>> = {
  error: vscode.l10n.t('error'),
  warning: vscode.l10n.t('warning'),
  info: vscode.l10n.t('information'),
};

/** A row of the tree. */
export function treeItem(node: Node, session: Session): vscode.TreeItem {
  switch (node.kind) {
    case 'file':
      return fileItem(node);
    case 'job':
      return jobItem(node);
    case 'detail':
      return detailItem(node);
    case 'finding':
      return findingItem(node, session);
  }
}

function fileItem({ file, state, children }: FileNode): vscode.TreeItem {
  const item = new vscode.TreeItem(fileName(file), TreeItemCollapsibleState.Expanded);
  item.id = file;
  item.resourceUri = state.uri;
  item.iconPath = ThemeIcon.File;
  item.description = described(folderOf(state.uri), jobCount(children.length));
  item.contextValue = 'file';
  return item;
}

function jobItem({ file, id, found, part, findings, children }: JobNode): vscode.TreeItem {
  const verdict = verdictOf(found);
  const severity = severityOf(verdict.outcome, findings);
  const item = new vscode.TreeItem(part ?? fileName(file), TreeItemCollapsibleState.Collapsed);
  if (children.length === 0) item.collapsibleState = TreeItemCollapsibleState.None;
  item.id = `job ${id}`;
  if (part === null) item.resourceUri = found.state.uri;
  item.iconPath = severity === 'info' ? outcomeIcons[verdict.outcome] : severityIcons[severity];
  item.description = described(part === null ? folderOf(found.state.uri) : '', short[verdict.outcome]);
  item.tooltip = tooltip(found.job.scenario?.model.name, verdict);
  item.contextValue = found.job.scenario ? 'job simulated' : 'job';
  item.accessibilityInformation = { label: `${part ?? fileName(file)}: ${verdict.text}` };
  return item;
}

function detailItem({ what, file, id, text }: DetailNode): vscode.TreeItem {
  const item = new vscode.TreeItem(text);
  item.id = `${what} ${id}`;
  item.iconPath = new ThemeIcon(what === 'verdict' ? 'dashboard' : 'layers');
  item.tooltip = vscode.l10n.t('Open the panel');
  item.command = {
    command: 'moeScope.openPanel',
    title: vscode.l10n.t('Open panel'),
    arguments: [{ file, id }],
  };
  return item;
}

function findingItem(node: FindingNode, session: Session): vscode.TreeItem {
  const { rule, severity, message, file, range } = node.finding;
  const line = (session.positions(file)?.position(range.start).line ?? 0) + 1;
  const item = new vscode.TreeItem(message);
  item.iconPath = severityIcons[severity];
  item.description = `${rule} ${fileName(file)}:${line}`;
  item.tooltip = `${message}\n${rule}, ${fileName(file)}:${line}`;
  item.contextValue = 'finding';
  item.command = { command: 'moeScope.openFinding', title: vscode.l10n.t('Open finding'), arguments: [node] };
  item.accessibilityInformation = {
    label: vscode.l10n.t('{0}, line {1}: {2}', severityNames[severity], line, message),
  };
  return item;
}

const jobCount = (jobs: number): string =>
  jobs === 1 ? vscode.l10n.t('1 job') : vscode.l10n.t('{0} jobs', format(jobs));

const described = (...parts: string[]): string => parts.filter((part) => part !== '').join(' · ');

/** The folder as the workspace shows it; nothing for a file at its root. */
function folderOf(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri);
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function tooltip(model: string | undefined, { text, subtitle, sentence }: Verdict): string {
  return [model ?? '', subtitle, sentence || text].filter(Boolean).join('\n');
}
