import type { RankMemory } from '../result';

/** What fills a rank's memory; every other field of `RankMemory` is a sum or a number of something else. */
export type MemoryPart = Exclude<keyof RankMemory, 'rank' | 'total' | 'capacity'>;

/** The parts by the names that people read. */
export const memoryPartNames: Readonly<Record<MemoryPart, string>> = {
  weights: 'weights',
  gradients: 'gradients',
  optimizer: 'optimizer state',
  activations: 'activations',
  kvCache: 'KV cache',
  buffers: 'communication buffers',
  runtime: 'CUDA context and fragmentation',
};

/** The parts of one rank's memory in bytes, largest first. */
export function partsBySize(memory: RankMemory): readonly { part: MemoryPart; bytes: number }[] {
  return (Object.keys(memoryPartNames) as MemoryPart[])
    .map((part) => ({ part, bytes: memory[part] }))
    .sort((a, b) => b.bytes - a.bytes);
}
