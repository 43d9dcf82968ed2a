import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { ArtefactBytes } from './artefact-store';

/** A step that takes a few milliseconds to read and to sum up. */
const CHUNK_BYTES = 2 ** 20;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

/** A file in pieces; the memory of one is filled again for the next. @throws the system's errors, while it is read */
function* fileChunks(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      yield buffer.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** A file on this machine. Only plain files: a pipe would hold up whoever reads it, and a device may never end. */
export function openArtefact(path: string): ArtefactBytes {
  try {
    const stats = statSync(path);
    return stats.isFile()
      ? { chunks: fileChunks(path), size: stats.size }
      : { refused: 'it is no plain file' };
  } catch (error) {
    return { refused: reasonOf(error) };
  }
}

/** Why a file cannot be read, in words. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return reasons[code] ?? code;
}
