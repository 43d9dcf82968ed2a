import * as vscode from 'vscode';
import type { EngineClient } from '../../worker/client';
import { type KeptVariant, type KeptVariants, readKept, withRenamed, withVariants, writeKept } from './kept';

const KEY = 'moeScope.variants';

/** The variants that a workspace keeps: they survive a reload, and are nobody else's until they are saved as files. */
export class VariantStore implements vscode.Disposable {
  private kept: KeptVariants;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions = [
    this.changed,
    vscode.workspace.onDidRenameFiles(({ files }) => {
      const renamed = files.reduce(
        (kept, { oldUri, newUri }) => withRenamed(kept, oldUri.toString(), newUri.toString()),
        this.kept,
      );
      if (renamed !== this.kept) void this.write(renamed);
    }),
  ];

  /** Fires after variants came, changed or went. */
  readonly onDidChange = this.changed.event;

  /** @param engine has the placements that are kept */
  constructor(
    private readonly memento: vscode.Memento,
    private readonly engine: Pick<EngineClient, 'keepPlacement'>,
  ) {
    this.kept = readKept(memento.get(KEY));
    for (const { slots } of [...this.kept.values()].flat()) if (slots) engine.keepPlacement(slots);
  }

  /** Those of a job, in the order in which they were kept. */
  of(jobId: string): readonly KeptVariant[] {
    return this.kept.get(jobId) ?? [];
  }

  /** Keeps a variant as the last one, or at a place. */
  keep(
    jobId: string,
    { name, changes, slots }: Omit<KeptVariant, 'problem'>,
    at = this.of(jobId).length,
  ): Promise<void> {
    if (slots) this.engine.keepPlacement(slots);
    const before = this.of(jobId);
    const added: KeptVariant = { name: name.trim(), changes, slots, problem: null };
    return this.write(withVariants(this.kept, jobId, [...before.slice(0, at), added, ...before.slice(at)]));
  }

  rename(jobId: string, name: string, to: string): Promise<void> {
    const variants = this.of(jobId).map((one) => (one.name === name ? { ...one, name: to.trim() } : one));
    return this.write(withVariants(this.kept, jobId, variants));
  }

  remove(jobId: string, name: string): Promise<void> {
    const variants = this.of(jobId).filter((one) => one.name !== name);
    return this.write(withVariants(this.kept, jobId, variants));
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private async write(kept: KeptVariants): Promise<void> {
    this.kept = kept;
    await this.memento.update(KEY, writeKept(kept));
    this.changed.fire();
  }
}
