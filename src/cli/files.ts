import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { UsageError } from './usage';

/** Larger files are no configs: the reader would refuse them as well. */
export const MAX_BYTES = 5_000_000;
/** Binary files show a NUL early. */
const BINARY_PROBE = 8_000;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its links lead in a circle',
  EIO: 'the device reports an error',
  ENAMETOOLONG: 'its name is too long',
};

/** What `read` gives. @throws UsageError that says why a path cannot be read. */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${reasonOf(error)}.`);
  }
}

/** Why the file system refuses, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return reasons[code] ?? code;
}

/** The text of a file, or why it is none that a config could have. */
export type FileText = { readonly text: string } | { readonly refused: string };

/** Reads a file up to the size of the largest config. @throws what the file system throws */
export function readConfig(path: string): FileText {
  const stats = statSync(path);
  // A device has no end.
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return { refused: 'it is a device' };
  if (stats.isFile() && stats.size <= MAX_BYTES) return textOf(readFileSync(path));
  const file = openSync(path, 'r');
  try {
    return textOf(upTo(MAX_BYTES + 1, (buffer) => readSync(file, buffer)));
  } finally {
    closeSync(file);
  }
}

/** Text of a file. @throws UsageError when it cannot be read, or holds no text. */
export function readText(path: string): string {
  const read = reading(path, () => readConfig(path));
  if ('refused' in read) throw new UsageError(`Cannot read ${path}: ${read.refused}.`);
  return read.text;
}

function upTo(limit: number, read: (buffer: Uint8Array) => number): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let length = 0; length < limit; ) {
    const buffer = new Uint8Array(Math.min(limit - length, 2 ** 18));
    const bytes = read(buffer);
    if (bytes === 0) break;
    pieces.push(buffer.subarray(0, bytes));
    length += bytes;
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

/** Bytes as text without a byte order mark, so that columns are those that editors count. */
export function textOf(bytes: Uint8Array): FileText {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return { refused: 'it is UTF-16; save it as UTF-8' };
  if (bytes.length > MAX_BYTES)
    return { refused: `it is larger than ${MAX_BYTES / 1e6} MB, as no config is` };
  if (bytes.subarray(0, BINARY_PROBE).includes(0)) return { refused: 'it is binary' };
  return { text: new TextDecoder().decode(bytes) };
}
