import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { DocumentReply } from '../worker/analysis';
import { Engine } from '../worker/engine';
import type { EngineOptions } from '../worker/judging';
import { MAX_BYTES, readConfig, readText } from './files';
import { readNamed } from './named-artefacts';
import { type PlaceOf, placesOf } from './places';

/** An engine with the files that it was given. It knows them by absolute path, people by the name that they gave. */
export interface Workspace {
  readonly engine: Engine;
  /** The name that a file is shown by; of what is no file (a preset's facts) its own. */
  readonly nameOf: (file: string) => string;
  readonly names: Map<string, string>;
  readonly placeOf: PlaceOf;
}

export function openWorkspace(options: EngineOptions = {}): Workspace {
  const engine = new Engine(options);
  const names = new Map<string, string>();
  return { engine, names, nameOf: (file) => names.get(file) ?? file, placeOf: placesOf(engine.textOf) };
}

/** Gives the engine a file's text; returns what the engine calls the file. */
export function put({ engine, names }: Workspace, name: string, text: string): string {
  const file = resolve(name);
  names.set(file, name);
  engine.setDocument(file, text);
  return file;
}

/**
 * Gives the engine a file and what it refers to; returns what the engine calls the file.
 * @throws UsageError when the file cannot be read
 */
export function load(workspace: Workspace, name: string, text = readText(name)): string {
  const file = put(workspace, name, text);
  loadReferences(workspace, file);
  return file;
}

/** A script that starts a script that names a file that names a file. */
const MAX_ROUNDS = 4;

/** Gives the engine what a file refers to, as far as it is there. */
export function loadReferences(workspace: Workspace, file: string): void {
  const tried = new Set<string>();
  const isNew = (wanted: string) => !tried.has(wanted) && tried.add(wanted);
  for (let round = 0; ; round++) {
    const { wanted, wantedFiles, artefacts } = workspace.engine.wantsOf(file);
    const models = wanted.filter(isNew).filter((path) => giveFirst(workspace, file, path, isConfig));
    const others = wantedFiles.filter(isNew).filter((path) => giveFirst(workspace, file, path, isAny));
    const isComplete = models.length + others.length === 0 || round === MAX_ROUNDS;
    if (isComplete && !readNamed(workspace.engine, artefacts)) return;
  }
}

type Suits = (reply: DocumentReply) => boolean;
const isConfig: Suits = ({ recognised }) => recognised;
/** Options in a file of their own may say nothing that shows whose they are. */
const isAny: Suits = () => true;

/** As in the editor: a path is meant from the script, or from where it is started. */
function giveFirst(workspace: Workspace, script: string, wanted: string, suits: Suits): boolean {
  const candidates = isAbsolute(wanted) ? [wanted] : [join(dirname(script), wanted), resolve(wanted)];
  return candidates.some((file) => file !== script && give(workspace, script, file, suits));
}

/** Gives the engine a file that a script refers to, when there is one that it does not have. */
function give({ engine, names }: Workspace, script: string, file: string, suits: Suits): boolean {
  try {
    if (names.has(file)) return false;
    const stats = statSync(file);
    if (!stats.isFile() || stats.size > MAX_BYTES) return false;
    const read = readConfig(file);
    if ('refused' in read) return false;
    const isRelative = !isAbsolute(names.get(script) ?? script);
    names.set(file, isRelative ? relative('.', file) : file);
    return suits(engine.setDocument(file, read.text));
  } catch {
    // Most are on another machine; what cannot be read is no better.
    return false;
  }
}
