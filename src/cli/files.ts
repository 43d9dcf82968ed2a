import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import type { DocumentReply, FileAnalysis } from '../worker/analysis';
import type { Engine } from '../worker/engine';
import { readNamed } from './named-artefacts';
import { UsageError } from './usage';

const EXTENSIONS = new Set(['.json', '.sh', '.bash', '.slurm', '.sbatch', '.yaml', '.yml', '.toml', '.conf']);
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', 'dist', 'build', '.venv', 'venv', '__pycache__']);
/** Larger files are no configs: the reader would refuse them as well. */
export const MAX_BYTES = 5_000_000;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its links lead in a circle',
};

/** What `read` gives. @throws UsageError that says why a path cannot be read. */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return reasons[code] ?? code;
}

/** Text of a file. @throws UsageError when it cannot be read. */
export function readText(path: string): string {
  return reading(path, () => readFileSync(path, 'utf8'));
}

/**
 * Every file that may be a config: the named files themselves, and what lies in the named folders. What was not named
 * and cannot be read is told to `skip` and left out.
 */
export function expand(paths: readonly string[], skip: (reason: string) => void): string[] {
  const files = paths.flatMap((path) => {
    if (!reading(path, () => statSync(path)).isDirectory()) return [path];
    return reading(path, () => [...walk(path, readdirSync(path), skip)]);
  });
  return [...new Set(files)];
}

function* walk(folder: string, names: readonly string[], skip: (reason: string) => void): Generator<string> {
  for (const name of [...names].sort()) {
    if (SKIPPED_FOLDERS.has(name)) continue;
    const path = join(folder, name);
    try {
      // A linked folder may lead back up; a linked file is read like any other, as in the Hub's cache.
      if (lstatSync(path).isDirectory()) yield* walk(path, readdirSync(path), skip);
      else if (EXTENSIONS.has(extname(name)) && isConfigSized(path)) yield path;
    } catch (error) {
      skip(`${path} is left out: ${reasonOf(error)}.`);
    }
  }
}

function isConfigSized(path: string): boolean {
  const stats = statSync(path);
  return stats.isFile() && stats.size <= MAX_BYTES;
}

/** A script that starts a script that names a file that names a file. */
const MAX_ROUNDS = 4;

/** Gives the engine a file and what it refers to, and analyses it. */
export function load(
  engine: Engine,
  path: string,
  disabled: readonly string[],
  text = readText(path),
): FileAnalysis {
  engine.setDocument(path, text);
  const tried = new Set<string>();
  for (let round = 0; ; round++) {
    const analysis = engine.analyse(path, {}, disabled);
    const isNew = (wanted: string) => !tried.has(wanted) && tried.add(wanted);
    const models = analysis.wanted
      .filter(isNew)
      .filter((wanted) => giveFirst(engine, path, wanted, isConfig));
    const files = analysis.wantedFiles
      .filter(isNew)
      .filter((wanted) => giveFirst(engine, path, wanted, isAny));
    const isComplete = models.length + files.length === 0 || round === MAX_ROUNDS;
    if (isComplete && !readNamed(engine, analysis.artefacts)) return analysis;
  }
}

type Given = (reply: DocumentReply) => boolean;
const isConfig: Given = ({ recognised }) => recognised;
/** Options in a file of their own may say nothing that shows whose they are. */
const isAny: Given = () => true;

/** As in the editor: a path is meant from the script, or from where it is started. */
function giveFirst(engine: Engine, script: string, wanted: string, suits: Given): boolean {
  const candidates = isAbsolute(wanted) ? [wanted] : [join(dirname(script), wanted), wanted];
  return candidates.some(
    (candidate) => resolve(candidate) !== resolve(script) && give(engine, candidate, suits),
  );
}

/** Gives the engine a file that a script refers to, when there is one. */
function give(engine: Engine, path: string, suits: Given): boolean {
  try {
    return isConfigSized(path) && suits(engine.setDocument(path, readFileSync(path, 'utf8')));
  } catch {
    // Most are on another machine; what cannot be read is no better.
    return false;
  }
}
