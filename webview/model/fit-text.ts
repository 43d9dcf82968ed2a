import type { MemoryResult } from '../../src/sim/result';
import { text } from '../strings';

const t = text.fit;

/** `fits`, or what has no room: of a cache how much has. */
export function fitText({ shortage, kvSequences }: Pick<MemoryResult, 'shortage' | 'kvSequences'>): string {
  if (shortage === 'some-sequences') return t.caches(kvSequences!.held, kvSequences!.wanted);
  return { none: t.fits, 'every-sequence': t.noSequence, memory: t.full }[shortage];
}
