import type * as vscode from 'vscode';
import type { ArtefactSummary } from '../../config/artefacts';
import { Cancelled, type EngineClient } from '../../worker/client';
import { CancelSource } from '../cancel';
import type { ArtefactFiles } from './artefact-files';
import { type FoundFile, findFile, sourceOf } from './sources';

/** Every format shows within so many letters what it is. */
const HEAD_LETTERS = 20_000;
/** Summaries that are kept, of the files that were looked at last. */
const KEPT = 16;

interface Sighting {
  readonly version: string;
  readonly summary: Promise<ArtefactSummary | null>;
}

/** Recognises files of numbers that are open in an editor: by a few letters here, by the whole file in the worker. */
export class Sightings {
  private readonly known = new Map<string, Sighting>();

  constructor(
    private readonly engine: EngineClient,
    private readonly files: ArtefactFiles,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** What the document is as it stands in its editor; `undefined` for anything else. */
  async of(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<ArtefactSummary | undefined> {
    const named = this.files.isNamed(document.uri);
    const { mightBeArtefact } = await import('../../config/artefacts');
    if (!named && !mightBeArtefact(headOf(document))) return undefined;
    const found = await findFile([document.uri]);
    if (found === null || token.isCancellationRequested) return undefined;
    return (await this.summary(found, named)) ?? undefined;
  }

  private async summary(found: FoundFile, named: boolean): Promise<ArtefactSummary | null> {
    const key = `${named} ${found.uri.toString()}`;
    const before = this.known.get(key);
    if (before?.version === found.version) return before.summary;
    const summary = this.describe(found, named);
    this.known.delete(key);
    this.known.set(key, { version: found.version, summary });
    for (const old of [...this.known.keys()].slice(0, -KEPT)) this.known.delete(old);
    return summary;
  }

  private async describe(found: FoundFile, named: boolean): Promise<ArtefactSummary | null> {
    const file = found.uri.toString();
    try {
      const source = await sourceOf(found);
      return await this.engine.call('describeArtefact', { file, named, source }, new CancelSource());
    } catch (error) {
      if (!(error instanceof Cancelled)) this.log.error(`${file}: ${String(error)}`);
      return null;
    }
  }
}

/** The beginning of a text, without the rest of it being built. */
function headOf(document: vscode.TextDocument): string {
  const lines = Math.min(document.lineCount, 100);
  let head = '';
  for (let line = 0; line < lines && head.length < HEAD_LETTERS; line++) {
    head += `${document.lineAt(line).text.slice(0, HEAD_LETTERS)}\n`;
  }
  return head;
}
