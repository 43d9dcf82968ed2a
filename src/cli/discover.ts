import { type Dirent, readdirSync, statSync } from 'node:fs';
import { extname, join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import { MAX_BYTES, reading, reasonOf } from './files';
import { type Ignored, ignoredAbove, ignoredWithin, isIgnored, patternsFrom } from './gitignore';
import { UsageError } from './usage';

const EXTENSIONS = new Set(['.json', '.sh', '.bash', '.slurm', '.sbatch', '.yaml', '.yml', '.toml', '.conf']);
const SKIPPED_FOLDERS = new Set([
  'node_modules',
  '.git',
  '.hg',
  '.svn',
  'dist',
  'build',
  '.venv',
  'venv',
  '__pycache__',
]);

/** What is looked at of what was named, and who is told of the rest. */
export interface Search {
  readonly gitignore: boolean;
  /** Patterns as in `.gitignore`, from the current folder. */
  readonly exclude: readonly string[];
  readonly tell: (note: string) => void;
}

/** Files to look at: those that were named, and those that were found. */
export interface Discovered {
  readonly path: string;
  /** The user means this very file, and wants to know when it cannot be looked at. */
  readonly isNamed: boolean;
}

/**
 * The files that words of the command line mean: files, the configs in folders, and what globs match, each once.
 * @throws UsageError for a word that means nothing.
 */
export function discover(words: readonly string[], search: Search): Discovered[] {
  const excluded = patternsFrom('.', search.exclude);
  const files = words.flatMap((word) => filesOf(word, excluded, search));
  const byPlace = new Map<string, Discovered>();
  for (const file of files) {
    const place = resolve(file.path);
    const before = byPlace.get(place);
    if (!before || (file.isNamed && !before.isNamed)) byPlace.set(place, file);
  }
  return [...byPlace.values()];
}

function filesOf(word: string, excluded: Ignored, search: Search): Discovered[] {
  const found = (path: string) => ({ path, isNamed: false });
  const stats = reading(word, () => statSync(word, { throwIfNoEntry: false }));
  if (stats?.isDirectory()) return [...walk(word, isConfigName, excluded, search)].map(found);
  if (stats) return isIgnored(excluded, word, false) ? [] : [{ path: word, isNamed: true }];
  const pattern = sep === '\\' ? word.replaceAll('\\', '/') : word;
  const { base, glob, isGlob } = picomatch.scan(pattern);
  if (!isGlob) return [{ path: word, isNamed: true }];
  const matches = picomatch(glob, { dot: true });
  const folder = base || '.';
  const isMatch = (path: string) => matches(relative(folder, path).split(sep).join('/'));
  const paths = statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? [...walk(folder, isMatch, excluded, search)]
    : [];
  if (paths.length === 0) throw new UsageError(`No file matches ${word}.`);
  return paths.map(found);
}

const isConfigName = (path: string): boolean => EXTENSIONS.has(extname(path));

function walk(folder: string, isWanted: (path: string) => boolean, excluded: Ignored, search: Search) {
  const above = search.gitignore ? ignoredAbove(folder) : [];
  const entries = reading(folder, () => readdirSync(folder, { withFileTypes: true }));
  return below(folder, entries, above);

  function* below(here: string, unsorted: readonly Dirent[], outer: Ignored): Generator<string> {
    const ignored = search.gitignore ? ignoredWithin(here, outer) : [];
    const sorted = [...unsorted].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of sorted) {
      const path = join(here, entry.name);
      const isFolder = entry.isDirectory();
      if (isFolder && SKIPPED_FOLDERS.has(entry.name)) continue;
      if (!isFolder && !isWanted(path)) continue;
      if (isIgnored([...ignored, ...excluded], path, isFolder)) continue;
      try {
        // A linked folder may lead back up; a linked file is read like any other, as in the Hub's cache.
        if (isFolder) yield* below(path, readdirSync(path, { withFileTypes: true }), ignored);
        else if (isConfigSized(path)) yield path;
      } catch (error) {
        if (error instanceof UsageError) throw error;
        search.tell(`${path} is left out: ${reasonOf(error)}.`);
      }
    }
  }
}

function isConfigSized(path: string): boolean {
  const stats = statSync(path);
  return stats.isFile() && stats.size <= MAX_BYTES;
}
