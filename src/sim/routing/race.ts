import { addRacer, multiplyRows, ProductsAround } from './arrivals';
import { forEachTime, raceTimes } from './race-times';

/**
 * The router as a race. Every expert arrives once, at an exponential time with rate w; a token takes the k
 * experts that arrive first. That is Gumbel top-k on log w, and also successive sampling without replacement
 * with probability proportional to w (Yellott 1977; Efraimidis and Spirakis 2006). Equal rates make it a
 * uniform draw of k of E.
 *
 * The exact engine needs one question answered: does a token use any expert of a block (a rank, a node, one
 * expert)?
 */

/** A racer of a block, and the share of its arrivals that count for the block (a replica has less than 1). */
export interface Member {
  readonly racer: number;
  readonly share: number;
}

/**
 * P(a uniform draw of `draws` out of `total` takes at least one of `size`) = 1 - C(total - size, draws) /
 * C(total, draws).
 */
export function hypergeometricHit(total: number, size: number, draws: number): number {
  let miss = 1;
  for (let i = 0; i < draws; i++) {
    const left = total - size - i;
    if (left <= 0) return size > 0 ? 1 : 0;
    miss *= left / (total - i);
  }
  return 1 - miss;
}

/**
 * P(at least one of the first d arrivals counts for block b), for each block and each d.
 *
 * @param rates  [racers]
 * @param blocks members of each block; a racer with share 1 is in one block, the shares of others sum to at most 1
 * @param draws  largest d
 * @param coarseness see `raceTimes`
 * @returns [blocks][0 … draws]
 */
export function hitProbabilities(
  rates: Float64Array,
  blocks: readonly (readonly Member[])[],
  draws: number,
  coarseness = 1,
): Float64Array[] {
  const uniform =
    rates.every((rate) => rate === rates[0]) &&
    blocks.every((block) => block.every(({ share }) => share === 1));
  return uniform
    ? blocks.map((block) =>
        Float64Array.from({ length: draws + 1 }, (_, d) => hypergeometricHit(rates.length, block.length, d)),
      )
    : integratedHits(rates, blocks, draws, coarseness);
}

/**
 * What the integrand needs of a block: the racers that it owns, those that it shares, and the shared ones of
 * others.
 */
interface Part {
  readonly owned: readonly number[];
  readonly ownedRate: number;
  readonly shared: readonly Member[];
  /**
   * Shared racers of others: the first `before` and from the `after`th on in the list of all, and those
   * between.
   */
  readonly before: number;
  readonly between: readonly number[];
  readonly after: number;
}

/** No integral changes any more once fewer racers than are drawn have arrived with this probability. */
const NEGLIGIBLE = 1e-12;

/**
 * P(hit within d draws) = ∫ (rate of the first arrival that counts, at t, none before) · P(fewer than d other
 * arrivals by t) dt. The count of other arrivals is Poisson-binomial: a product of polynomials q + p·x, one per
 * racer, with p = 1 - e^(-w t); a racer of share f that has not counted contributes q + p(1-f)·x. Products over
 * the racers before and after a block give its complement without division.
 */
function integratedHits(
  rates: Float64Array,
  blocks: readonly (readonly Member[])[],
  draws: number,
  coarseness: number,
): Float64Array[] {
  const { parts, sharedRacers } = partsOf(rates, blocks);
  const hits = blocks.map(() => new Float64Array(draws + 1));
  const owned = new ProductsAround(
    parts.map((part) => part.owned),
    draws,
  );
  const shared = new ProductsAround(
    sharedRacers.map((racer) => [racer]),
    draws,
  );
  const absent = new Float64Array(rates.length);
  const none = new Float64Array(draws);
  const first = new Float64Array(draws);
  const spare = new Float64Array(draws);

  forEachTime(raceTimes(rates, draws, coarseness), (time, weight) => {
    for (let racer = 0; racer < rates.length; racer++) absent[racer] = Math.exp(-rates[racer]! * time);
    owned.update(absent);
    if (sharedRacers.length > 0) shared.update(absent);
    for (let b = 0; b < hits.length; b++) {
      const part = parts[b]!;
      multiplyRows(owned.prefix, b * draws, owned.suffix, (b + 1) * draws, draws, none);
      if (sharedRacers.length > 0) {
        multiplyRows(none, 0, shared.prefix, part.before * draws, draws, spare);
        multiplyRows(spare, 0, shared.suffix, part.after * draws, draws, none);
        for (const racer of part.between) {
          addRacer(none, 0, none, 0, draws, absent[racer]!, 1 - absent[racer]!);
        }
        countShared(part, rates, absent, none, first);
      }
      // `none`: nothing has counted yet; `first`: density of one shared racer counting now, the others not.
      const ownedAbsent = weight * Math.exp(-part.ownedRate * time);
      const hit = hits[b]!;
      let fewer = 0;
      for (let d = 1; d <= draws; d++) {
        fewer += part.ownedRate * none[d - 1]! + first[d - 1]!;
        hit[d] = hit[d]! + ownedAbsent * fewer;
      }
    }
    multiplyRows(owned.suffix, 0, shared.suffix, 0, draws, spare);
    return spare.reduce((sum, probability) => sum + probability, 0) > NEGLIGIBLE;
  });

  hits.forEach((hit, b) => {
    const own = parts[b]!.owned.length;
    for (let d = 1; d <= draws; d++) {
      // With too few racers outside the block, one of its own must be among the first d.
      const certain = own > 0 && rates.length - own < d;
      hit[d] = certain ? 1 : Math.min(1, hit[d]!);
    }
  });
  return hits;
}

/** Adds the racers that a block shares to `none`, and to `first` where one of them counts for the block at this time. */
function countShared(
  { shared }: Part,
  rates: Float64Array,
  absent: Float64Array,
  none: Float64Array,
  first: Float64Array,
): void {
  const draws = none.length;
  first.fill(0);
  for (const { racer, share } of shared) {
    const q = absent[racer]!;
    const passing = (1 - q) * (1 - share);
    addRacer(first, 0, first, 0, draws, q, passing);
    const now = share * rates[racer]! * q;
    for (let m = 0; m < draws; m++) first[m] = first[m]! + now * none[m]!;
    addRacer(none, 0, none, 0, draws, q, passing);
  }
}

/** The blocks as parts, and one more part with the racers that no block has. */
function partsOf(
  rates: Float64Array,
  blocks: readonly (readonly Member[])[],
): { parts: Part[]; sharedRacers: number[] } {
  const racers = Array.from(rates, (_, racer) => racer);
  const isShared = new Uint8Array(rates.length);
  const isOwned = new Uint8Array(rates.length);
  for (const block of blocks) {
    for (const { racer, share } of block) (share < 1 ? isShared : isOwned)[racer] = 1;
  }
  const sharedRacers = racers.filter((racer) => isShared[racer]);
  const place = new Map(sharedRacers.map((racer, i) => [racer, i]));
  const part = (owned: number[], shared: readonly Member[]): Part => {
    const places = shared.map(({ racer }) => place.get(racer)!).sort((a, b) => a - b);
    const before = places[0] ?? sharedRacers.length;
    const after = (places.at(-1) ?? sharedRacers.length - 1) + 1;
    const own = new Set(places);
    return {
      owned,
      ownedRate: owned.reduce((sum, racer) => sum + rates[racer]!, 0),
      shared,
      before,
      between: sharedRacers.slice(before, after).filter((_, i) => !own.has(before + i)),
      after,
    };
  };
  const parts = blocks.map((block) =>
    part(
      block.filter(({ share }) => share === 1).map(({ racer }) => racer),
      block.filter(({ share }) => share < 1),
    ),
  );
  const unplaced = racers.filter((racer) => !isShared[racer] && !isOwned[racer]);
  return { parts: [...parts, part(unplaced, [])], sharedRacers };
}
