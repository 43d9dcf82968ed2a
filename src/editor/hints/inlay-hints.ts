import * as vscode from 'vscode';
import { selector } from '../selector';
import type { FileState, Session } from '../session';
import { hintKinds, longestHint } from '../settings';
import { upcoming } from '../upcoming';
import { type Hint, hintOffset, lineHints } from './line-hints';
import { GAP, inRoom, SEPARATOR } from './room';

/** Figures behind the values that decide them: experts per rank, remote nodes, GPUs, time per layer. */
export function registerInlayHints(session: Session): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider = vscode.languages.registerInlayHintsProvider(selector, {
    onDidChangeInlayHints: changed.event,
    async provideInlayHints(document, range, token) {
      const kinds = hintKinds(document.uri);
      // While it is awaited, the hints of before stay where they are and move along with the text.
      const withFigures = (state: FileState) => state.isSimulated;
      const state = kinds.size > 0 ? await upcoming(session, document, token, withFigures) : undefined;
      if (!state) return [];
      const jobs = state.analysis.jobs.map((analysis) => ({
        analysis,
        result: state.simulated.get(analysis.job.id)?.result ?? null,
      }));
      const lineOf = (offset: number) => state.positions.position(offset).line;
      const most = longestHint(document);
      return lineHints(state.uri.toString(), state.text, jobs, kinds, lineOf)
        .map((hint) => toInlayHint({ ...hint, parts: inRoom(hint.parts, most) }, state))
        .filter(({ position }) => range.contains(position));
    },
  });
  const refresh = (uri: vscode.Uri) => {
    const shown = vscode.window.visibleTextEditors.some(
      ({ document }) => document.uri.toString() === uri.toString(),
    );
    if (shown) changed.fire();
  };
  return vscode.Disposable.from(changed, provider, session.onDidChange(refresh));
}

function toInlayHint({ range, parts, jobId }: Hint, state: FileState): vscode.InlayHint {
  const labels = parts.map(({ label, tooltip }, index) => {
    const part = new vscode.InlayHintLabelPart((index === 0 ? GAP : SEPARATOR) + label);
    part.tooltip = new vscode.MarkdownString(tooltip);
    part.command = {
      command: 'moeScope.openPanel',
      title: vscode.l10n.t('Open panel'),
      arguments: [{ file: state.uri.toString(), id: jobId }],
    };
    return part;
  });
  const hint = new vscode.InlayHint(state.positions.position(hintOffset(state.text, range)), labels);
  hint.paddingLeft = true;
  return hint;
}
