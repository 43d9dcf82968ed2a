import type { ReadDocument } from '../fact';
import { commonEnd, folderOf, partsOf } from '../paths';
import { read, type SourceText } from '../read';

/** The texts at hand, under the names that jobs report them by. */
export interface Workspace {
  readonly sources: Iterable<SourceText>;
  readonly pathOf: (file: string) => string;
}

/** Parts of a path that agree at its end when the rest of it is another machine's: the file and its folder. */
const ENOUGH = 2;

/**
 * The text that a path in a file means: beside that file, from the workspace's root or a folder above, or under
 * the same folder and name elsewhere. `undefined` when there is none, or several that fit as well.
 */
export function findSource(path: string, from: string, workspace: Workspace): SourceText | undefined {
  const written = partsOf(path.replaceAll('\\', '/'));
  if (written.length === 0) return undefined;
  const own = workspace.pathOf(from);
  const beside = partsOf(`${folderOf(own)}/${path.replaceAll('\\', '/')}`).join('/');
  let best: { source: SourceText; end: number } | undefined;
  let tied = false;
  for (const source of workspace.sources) {
    const parts = partsOf(workspace.pathOf(source.file));
    if (source.file === from || parts.at(-1) !== written.at(-1)) continue;
    const name = parts.join('/');
    if (name === beside) return source;
    const isFromAbove = `${folderOf(own)}/`.startsWith(`/${name.slice(0, -written.join('/').length)}`);
    const end = commonEnd(parts, written);
    const isWhole = end === written.length && (isFromAbove || name === written.join('/'));
    const rank = isWhole ? written.length + ENOUGH : end;
    if (rank < ENOUGH) continue;
    tied = best !== undefined && best.end === rank;
    if (best === undefined || rank > best.end) best = { source, end: rank };
  }
  return tied ? undefined : best?.source;
}

const known = new WeakMap<SourceText, { readonly document: ReadDocument | null }>();

/** A source as its own framework reads it. Sources stay the same objects while their text does. */
export function readOnce(source: SourceText): ReadDocument | null {
  const before = known.get(source);
  if (before !== undefined) return before.document;
  const document = read(source);
  known.set(source, { document });
  return document;
}
