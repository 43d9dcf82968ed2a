import { reused } from '../wasm/module';
import { PAIR } from '../wasm/steps';
import { normalCode } from './normal-code';

/** Fills an array with random numbers of 32 bits. */
export type BitFiller = (into: Int32Array) => void;

/**
 * sfc32, the small fast counter generator of PractRand (Chris Doty-Humphrey, public domain): 128 bits of state and
 * a period of at least 2^32. Chosen because the same seed gives the same numbers on every JavaScript engine.
 *
 * @param seed any number; its integer part counts. `stream` separates sequences of one seed.
 */
export function bitFiller(seed: number, stream = 0): BitFiller {
  const state = Int32Array.of(seed >>> 0, stream >>> 0, 0x9e3779b9, 1);
  const fill = (into: Int32Array) => {
    // Local while filling: state in a closure or an array is stored at every draw, which takes most of the time.
    let a = state[0]!;
    let b = state[1]!;
    let c = state[2]!;
    let counter = state[3]!;
    for (let i = 0; i < into.length; i++) {
      const t = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + t) | 0;
      into[i] = t;
    }
    state[0] = a;
    state[1] = b;
    state[2] = c;
    state[3] = counter;
  };
  // PractRand's own seeding runs 12 rounds so that near seeds no longer give near numbers.
  fill(new Int32Array(12));
  return fill;
}

/** Uniform in (0, 1): never 0, so that its logarithm exists. */
const uniformOf = (bits: number): number => ((bits >>> 0) + 0.5) / 4294967296;

/** The same numbers one by one, uniform in (0, 1). */
export function uniformGenerator(seed: number, stream = 0): () => number {
  const fill = bitFiller(seed, stream);
  const ahead = new Int32Array(64);
  let at = ahead.length;
  return () => {
    if (at === ahead.length) {
      fill(ahead);
      at = 0;
    }
    return uniformOf(ahead[at++]!);
  };
}

const machineOf = reused(normalCode);

/** Standard normal numbers, [count]. */
export function normals(count: number, seed: number, stream = 0): Float64Array {
  return drawn(count, seed, stream, null);
}

/** e^(sigma·z) for these. */
export function lognormals(count: number, sigma: number, seed: number, stream = 0): Float64Array {
  return drawn(count, seed, stream, sigma);
}

function drawn(count: number, seed: number, stream: number, sigma: number | null): Float64Array {
  const bytes = PAIR * Math.ceil(count / 2);
  const { loops, buffer } = machineOf(bytes);
  bitFiller(seed, stream)(new Int32Array(buffer, 0, 2 * count));
  loops.toNormals(0, bytes);
  if (sigma !== null) loops.toExponentials(0, bytes, sigma);
  return new Float64Array(buffer, 0, count).slice();
}
