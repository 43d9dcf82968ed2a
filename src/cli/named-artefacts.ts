import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ArtefactNeed } from '../worker/analysis';
import type { Engine } from '../worker/engine';
import { openArtefact } from '../worker/file-chunks.node';
import { tellingProgress } from './progress';

/** Files do not change while a command runs. */
const VERSION = 'now';

/** Gives the engine the files of numbers that jobs name and nobody has looked for; true when there were any. */
export function readNamed(engine: Engine, needs: readonly ArtefactNeed[]): boolean {
  const open = needs.filter(({ file }) => file === undefined);
  for (const { from, path } of open) {
    const candidates = [resolve(dirname(from), path), resolve(path)];
    const file = candidates.find((candidate) => existsSync(candidate)) ?? null;
    engine.artefacts.locate(from, path, file);
    if (file !== null && !engine.artefacts.has(file))
      tellingProgress(file, engine.artefacts.read(file, VERSION, openArtefact(file)));
  }
  return open.length > 0;
}
