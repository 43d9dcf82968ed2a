import type * as vscode from 'vscode';
import type { Wants } from '../worker/analysis';
import type { EngineClient } from '../worker/client';
import { configText, fileText } from './documents';
import { modelFiles } from './model-files';

type TextOf = (uri: vscode.Uri) => Promise<string | undefined>;
/** Whether a file that was given is what was asked for. */
type Suits = (recognised: boolean) => boolean;

/** A model config is known by what is in it; options in a file of their own need not show whose they are. */
const isRecognised: Suits = (recognised) => recognised;
const isAny: Suits = () => true;

/** Gives the engine the texts of files, and with a script those that it refers to. */
export class EngineTexts {
  /** @param affected told a file whose jobs are others with a text that was given */
  constructor(
    private readonly engine: EngineClient,
    private readonly affected: (file: string) => void,
  ) {}

  /** Gives or replaces a file's text, `null` for none; says whether it is a config. */
  async give(file: string, text: string | null, asked?: vscode.Uri): Promise<boolean> {
    const { recognised, affects } = await this.engine.setDocument(file, text);
    for (const other of affects) if (other !== asked?.toString()) this.affected(other);
    return recognised;
  }

  /** Gives the engine what a script refers to; true when it did not have one of them. */
  async giveWanted(script: vscode.Uri, { wanted, wantedFiles }: Wants): Promise<boolean> {
    const models = await this.giveAll(script, wanted, configText, isRecognised);
    const files = await this.giveAll(script, wantedFiles, fileText, isAny);
    return models || files;
  }

  private async giveAll(
    script: vscode.Uri,
    paths: readonly string[],
    textOf: TextOf,
    suits: Suits,
  ): Promise<boolean> {
    const uris = modelFiles(script, paths);
    const found = await Promise.all(uris.map((uri) => this.giveReferred(uri, script, textOf, suits)));
    return found.some(Boolean);
  }

  private async giveReferred(
    uri: vscode.Uri,
    script: vscode.Uri,
    textOf: TextOf,
    suits: Suits,
  ): Promise<boolean> {
    const key = uri.toString();
    if (this.engine.text(key) !== undefined) return false;
    // Most candidates do not exist: that is how one finds out which does.
    const text = await textOf(uri);
    if (text === undefined || this.engine.text(key) !== undefined) return false;
    const isSuited = suits(await this.give(key, text, script));
    if (!isSuited) await this.give(key, null, script);
    return isSuited;
  }
}
