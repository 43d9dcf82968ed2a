import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { FileAnalysis } from '../worker/analysis';
import type { Engine } from '../worker/engine';
import { UsageError } from './usage';

const EXTENSIONS = new Set(['.json', '.sh', '.bash', '.slurm', '.sbatch']);
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', 'dist', 'build', '.venv', 'venv', '__pycache__']);
/** Larger files are no configs: the reader would refuse them as well. */
const MAX_BYTES = 5_000_000;

/** Text of a file. @throws UsageError when it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const what =
      { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'permission denied' }[reason] ??
      reason;
    throw new UsageError(`Cannot read ${path}: ${what}.`);
  }
}

/** Every file that may be a config: the named files themselves, and what lies in the named folders. */
export function expand(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) throw new UsageError(`Cannot read ${path}: there is no such file.`);
    return stats.isDirectory() ? [...walk(path)] : [path];
  });
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name.localeCompare(b.name),
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name)) yield* walk(path);
    } else if (entry.isFile() && EXTENSIONS.has(extname(entry.name)) && statSync(path).size <= MAX_BYTES) {
      yield path;
    }
  }
}

/** Gives the engine a file and the model configs that it refers to, and analyses it. */
export function load(engine: Engine, path: string, disabled: readonly string[]): FileAnalysis {
  engine.setDocument(path, readText(path));
  const analysis = engine.analyse(path, {}, disabled);
  const found = analysis.wanted.filter((wanted) => {
    const candidate = wanted.startsWith('/') ? wanted : join(dirname(path), wanted);
    if (resolve(candidate) === resolve(path) || !statSync(candidate, { throwIfNoEntry: false })?.isFile())
      return false;
    return engine.setDocument(candidate, readText(candidate)).recognised;
  });
  return found.length > 0 ? engine.analyse(path, {}, disabled) : analysis;
}
