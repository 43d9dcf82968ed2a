import type { MemoryResult, Shortage } from '../sim/result';

const grouped = new Intl.NumberFormat('en-US');

type Fit = Pick<MemoryResult, 'shortage' | 'kvSequences'>;

const words: Readonly<Record<Exclude<Shortage, 'some-sequences'>, string>> = {
  none: 'fits',
  'every-sequence': 'weights fit, but the KV cache of no sequence',
  memory: 'does not fit',
};

/** Whether a layout fits, in a few words: `fits`, `fits, but only 12 of 32 sequences per rank`, `does not fit`. */
export function fitWords({ shortage, kvSequences }: Fit): string {
  if (shortage !== 'some-sequences') return words[shortage];
  const { held, wanted } = kvSequences ?? { held: 0, wanted: 0 };
  return `fits, but only ${grouped.format(held)} of ${grouped.format(wanted)} sequences per rank`;
}
