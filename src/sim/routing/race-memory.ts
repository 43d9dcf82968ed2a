import { type Loops, reused } from '../wasm/module';
import { arrivalCode } from './arrival-code';
import { hitCode } from './hit-code';
import { refusalCode } from './refusal-code';
import { sumCode } from './sum-code';

const sources = { ...arrivalCode, ...hitCode, ...sumCode, ...refusalCode };

/** The loops of races (the files whose names end in -code.ts). */
export type RaceLoops = Loops<keyof typeof sources>;

/** Enough for most routers. */
const USUAL_BYTES = 2 ** 20;
const machineOf = reused(sources);

const ALIGNMENT = 16;
const aligned = (bytes: number): number => ALIGNMENT * Math.ceil(bytes / ALIGNMENT);

/** What is taken of the memory, as views: each begins where its `byteOffset` says. */
export interface Room {
  readonly loops: RaceLoops;
  readonly numbers: (count: number) => Float64Array;
  readonly words: (count: number) => Int32Array;
}

/** All of the memory anew, zeroes, so many bytes at least. What was in it is lost, and so are all views of it. */
export function emptyRoom(bytes: number): Room {
  const { buffer, loops } = machineOf(Math.max(USUAL_BYTES, bytes));
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
  };
}
