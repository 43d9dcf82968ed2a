import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** The patterns of one `.gitignore`, which are about what lies below its folder. */
interface Layer {
  /** Absolute. */
  readonly folder: string;
  readonly patterns: Ignore;
}

/** Patterns that hold somewhere, outermost first: an inner one has the last word. */
export type Ignored = readonly Layer[];

/** The folder with `.git` that holds this one, or the folder itself when it is in no repository. */
export function repositoryRoot(folder: string): string {
  return ancestors(folder).find((one) => existsSync(join(one, '.git'))) ?? resolve(folder);
}

/** From the folder itself to the root of the file system. */
function ancestors(folder: string): string[] {
  const all = [resolve(folder)];
  for (let next = dirname(all[0]!); next !== all.at(-1); next = dirname(next)) all.push(next);
  return all;
}

/** What the repository of a folder leaves out, but for the folder's own `.gitignore` and those below. */
export function ignoredAbove(folder: string): Ignored {
  const [here, ...above] = ancestors(folder);
  const root = [here!, ...above].findIndex((one) => existsSync(join(one, '.git')));
  if (root === -1) return [];
  const ofRepository = layerOf(above[root - 1] ?? here!, join('.git', 'info', 'exclude'));
  const layers = above
    .slice(0, root)
    .reverse()
    .flatMap((one) => layerOf(one, '.gitignore'));
  const ignored = [...ofRepository, ...layers];
  // What is named is meant, whatever its repository leaves out.
  return isIgnored(ignored, folder, true) ? [] : ignored;
}

/** The same with what the folder's own `.gitignore` says. */
export function ignoredWithin(folder: string, outer: Ignored): Ignored {
  return [...outer, ...layerOf(resolve(folder), '.gitignore')];
}

/** Patterns of the call, which are about paths from `folder`. */
export function patternsFrom(folder: string, patterns: readonly string[]): Ignored {
  return patterns.length === 0 ? [] : [{ folder: resolve(folder), patterns: ignore().add([...patterns]) }];
}

/** Whether a path is left out: by the innermost pattern that is about it or a folder that holds it. */
export function isIgnored(ignored: Ignored, path: string, isFolder: boolean): boolean {
  for (const { folder, patterns } of [...ignored].reverse()) {
    const below = relative(folder, resolve(path)).split(sep).join('/');
    if (below === '' || below === '..' || below.startsWith('../') || isAbsolute(below)) continue;
    const { ignored: isOut, unignored } = patterns.test(isFolder ? `${below}/` : below);
    if (isOut) return true;
    if (unignored) return false;
  }
  return false;
}

function layerOf(folder: string, file: string): Layer[] {
  try {
    return [{ folder, patterns: ignore().add(readFileSync(join(folder, file), 'utf8')) }];
  } catch {
    // Most folders have none; one that cannot be read leaves nothing out.
    return [];
  }
}
