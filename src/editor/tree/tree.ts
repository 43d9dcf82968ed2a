import * as vscode from 'vscode';
import { openFinding } from '../open';
import type { Session } from '../session';
import { treeItem } from './items';
import { type Node, rootNodes } from './nodes';
import { JOBS_VIEW } from './view';

/** While a large workspace is searched the tree is drawn again at most so often. Milliseconds. */
const REDRAW_MILLISECONDS = 200;

/** The jobs that the session knows, by file, each with verdict, layout and findings. */
export function showTree(session: Session): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const view = vscode.window.createTreeView<Node>(JOBS_VIEW, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: (node) => treeItem(node, session),
      getChildren: (node) => {
        if (!node) return rootNodes(session.all());
        return 'children' in node ? [...node.children] : [];
      },
    },
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const redraw = () => {
    timer = undefined;
    changed.fire();
  };
  const refresh = () => {
    // A hidden tree asks for everything when it is shown.
    if (view.visible) timer ??= setTimeout(redraw, REDRAW_MILLISECONDS);
  };
  return vscode.Disposable.from(
    changed,
    view,
    session.onDidChange(refresh),
    view.onDidChangeVisibility(({ visible }) => visible && redraw()),
    vscode.commands.registerCommand('moeScope.openFinding', (node?: Node) =>
      node?.kind === 'finding' ? openFinding(node.finding, session) : undefined,
    ),
    vscode.commands.registerCommand('moeScope.revealJob', (node?: Node) =>
      node ? vscode.commands.executeCommand('revealInExplorer', vscode.Uri.parse(node.file)) : undefined,
    ),
    new vscode.Disposable(() => clearTimeout(timer)),
  );
}
