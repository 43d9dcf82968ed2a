import { bytesOf } from '../config/artefacts/utf8';
import type { ArtefactBytes } from './artefact-store';
import type { ArtefactSource } from './calls';

/** Opens a file by its path, where the host has files. Never throws. */
export type OpenFile = (path: string) => ArtefactBytes;

/** For hosts that have no files. */
export const NOT_HERE: OpenFile = () => ({ refused: 'this window cannot read files by their path' });

/** The bytes of a source in pieces, between which other calls are looked for. */
export function bytesFrom(source: ArtefactSource, open: OpenFile): ArtefactBytes {
  if ('refused' in source) return source;
  if ('path' in source) return open(source.path);
  const whole = 'bytes' in source ? source.bytes : bytesOf(source.text);
  return { chunks: pieces(whole), size: whole.length };
}

/** Bytes that are read between two looks at the messages that wait: a few milliseconds of work. */
const PIECE = 2 ** 20;

function* pieces(whole: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < whole.length; start += PIECE) yield whole.subarray(start, start + PIECE);
}
