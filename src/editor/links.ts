import * as vscode from 'vscode';
import type { EngineClient } from '../worker/client';
import type { FileLink } from '../worker/links';
import { signalOf } from './cancel';
import { fileName } from './convert';
import { selector } from './selector';
import type { FileState, Session } from './session';
import { upcoming } from './upcoming';

/** Links from what a job's file names to the file itself; from a model of the catalog to its page on the Hub. */
export function registerLinks(session: Session, engine: EngineClient): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider(selector, {
    async provideDocumentLinks(document, token) {
      const state = await upcoming(session, document, token);
      if (!state) return [];
      const file = state.uri.toString();
      const links = await engine.call('links', { file }, signalOf(token));
      return [...links, ...artefactLinks(state)].map((link) =>
        toLink(link, state.positions.range(link.range)),
      );
    },
  });
}

/** Placements, loads and traces that are there. */
function artefactLinks({ uri, analysis }: FileState): FileLink[] {
  return analysis.artefacts.flatMap(({ from, range, file }) =>
    from === uri.toString() && file ? { range, target: { file } } : [],
  );
}

function toLink({ target }: FileLink, range: vscode.Range): vscode.DocumentLink {
  const isFile = 'file' in target;
  const uri = vscode.Uri.parse(isFile ? target.file : `https://huggingface.co/${target.model}`);
  const link = new vscode.DocumentLink(range, uri);
  link.tooltip = isFile
    ? vscode.l10n.t('Open {0}', fileName(target.file))
    : vscode.l10n.t('{0} is in the model catalog: open its page on Hugging Face', target.model);
  return link;
}
