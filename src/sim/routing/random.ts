/**
 * sfc32, the small fast counter generator of PractRand (Chris Doty-Humphrey, public domain): 128 bits of state and
 * a period of at least 2^32. Chosen because the same seed gives the same numbers on every JavaScript engine.
 *
 * @param seed any number; its integer part counts. `stream` separates sequences of one seed.
 * @returns a function that yields uniform numbers in (0, 1), never 0, so that their logarithm exists.
 */
export function uniformGenerator(seed: number, stream = 0): () => number {
  let a = seed >>> 0;
  let b = stream >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return ((t >>> 0) + 0.5) / 4294967296;
  };
  // PractRand's own seeding runs 12 rounds so that near seeds no longer give near numbers.
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** Standard normal numbers by Box and Muller (Ann. Math. Statist. 29, 1958), the cosine branch. */
export function normalGenerator(uniform: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
