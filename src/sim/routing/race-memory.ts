import { compiled, type Loops, PAGE_BYTES, type WasmMemory } from '../wasm/module';
import { arrivalCode } from './arrival-code';
import { hitCode } from './hit-code';
import { refusalCode } from './refusal-code';
import { sumCode } from './sum-code';

const sources = { ...arrivalCode, ...hitCode, ...sumCode, ...refusalCode };

/** The loops of races (the files whose names end in -code.ts). */
export type RaceLoops = Loops<keyof typeof sources>;

/** They and their memory, from the first race on. */
let made: { readonly memory: WasmMemory; readonly loops: RaceLoops } | null = null;

const ALIGNMENT = 16;
const aligned = (bytes: number): number => ALIGNMENT * Math.ceil(bytes / ALIGNMENT);

/** What is taken of the memory, as views: each begins where its `byteOffset` says. */
export interface Room {
  readonly loops: RaceLoops;
  readonly numbers: (count: number) => Float64Array;
  readonly words: (count: number) => Int32Array;
  /** Bytes that are taken. */
  readonly taken: () => number;
}

/** All of the memory anew, zeroes, so many bytes at least. What was in it is lost, and so are all views of it. */
export function emptyRoom(bytes: number): Room {
  made ??= compiled(sources);
  const { memory, loops } = made;
  const missing = Math.ceil(bytes / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES;
  if (missing > 0) memory.grow(missing);
  const { buffer } = memory;
  new Uint8Array(buffer, 0, bytes).fill(0);
  let end = 0;
  const take = (length: number): number => {
    end += aligned(length);
    if (end > bytes) throw new Error('A race takes more memory than was asked for.');
    return end - aligned(length);
  };
  return {
    loops,
    numbers: (count) => new Float64Array(buffer, take(count * 8), count),
    words: (count) => new Int32Array(buffer, take(count * 4), count),
    taken: () => end,
  };
}
