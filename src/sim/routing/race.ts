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
 * @returns [blocks][0 … draws]
 */
export function hitProbabilities(
  rates: readonly number[],
  blocks: readonly (readonly Member[])[],
  draws: number,
): Float64Array[] {
  const uniform =
    rates.every((rate) => rate === rates[0]) &&
    blocks.every((block) => block.every(({ share }) => share === 1));
  return uniform
    ? blocks.map((block) =>
        Float64Array.from({ length: draws + 1 }, (_, d) => hypergeometricHit(rates.length, block.length, d)),
      )
    : integratedHits(rates, blocks, draws);
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

/**
 * P(hit within d draws) = ∫ (rate of the first arrival that counts, at t, none before) · P(fewer than d other
 * arrivals by t) dt. The count of other arrivals is Poisson-binomial: a product of polynomials q + p·x, one per
 * racer, with p = 1 - e^(-w t); a racer of share f that has not counted contributes q + p(1-f)·x. Products over
 * the racers before and after a block give its complement without division. The integral is Gauss-Legendre on
 * panels of growing length, scaled by the time at which `draws` racers are expected.
 */
function integratedHits(
  rates: readonly number[],
  blocks: readonly (readonly Member[])[],
  draws: number,
): Float64Array[] {
  const { parts, sharedRacers } = partsOf(rates, blocks);
  const hits = blocks.map(() => new Float64Array(draws + 1));
  const scale = timeOfArrivals(rates, Math.min(draws, rates.length * 0.75));
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

  const accumulate = (time: number, weight: number) => {
    rates.forEach((rate, racer) => {
      absent[racer] = Math.exp(-rate * time);
    });
    owned.update(absent);
    shared.update(absent);
    hits.forEach((hit, b) => {
      const part = parts[b]!;
      multiplyRows(owned.prefix, b * draws, owned.suffix, (b + 1) * draws, draws, none);
      if (sharedRacers.length > 0) {
        multiplyRows(none, 0, shared.prefix, part.before * draws, draws, spare);
        multiplyRows(spare, 0, shared.suffix, part.after * draws, draws, none);
        for (const racer of part.between) addRacer(none, 0, draws, absent[racer]!, 0);
      }
      // `none`: nothing has counted yet; `first`: density of one shared racer counting now, the others not.
      first.fill(0);
      for (const { racer, share } of part.shared) {
        const q = absent[racer]!;
        addRacer(first, 0, draws, q, share);
        const now = share * rates[racer]! * q;
        for (let m = 0; m < draws; m++) first[m] = first[m]! + now * none[m]!;
        addRacer(none, 0, draws, q, share);
      }
      const ownedAbsent = weight * Math.exp(-part.ownedRate * time);
      let fewer = 0;
      for (let d = 1; d <= draws; d++) {
        fewer += part.ownedRate * none[d - 1]! + first[d - 1]!;
        hit[d] = hit[d]! + ownedAbsent * fewer;
      }
    });
  };
  let end = 0;
  for (const edge of PANEL_EDGES) {
    const start = end;
    end = edge * scale;
    const half = (end - start) / 2;
    for (const [node, weight] of GAUSS_LEGENDRE_8) accumulate(start + half * (1 + node), weight * half);
  }

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

const PANEL_EDGES = [1 / 32, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 1, 1.5, 2, 3, 4, 8, 16, 32];

/** Nodes and weights on [-1, 1] (Abramowitz and Stegun, Table 25.4, n = 8). */
const GAUSS_LEGENDRE_8: readonly (readonly [number, number])[] = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.22238103445337448],
  [0.9602898564975363, 0.10122853629037626],
].flatMap(([node, weight]): [number, number][] => [
  [node!, weight!],
  [-node!, weight!],
]);

/** The blocks as parts, and one more part with the racers that no block has. */
function partsOf(
  rates: readonly number[],
  blocks: readonly (readonly Member[])[],
): { parts: Part[]; sharedRacers: number[] } {
  const isShared = new Uint8Array(rates.length);
  const isOwned = new Uint8Array(rates.length);
  for (const block of blocks) {
    for (const { racer, share } of block) (share < 1 ? isShared : isOwned)[racer] = 1;
  }
  const sharedRacers = rates.flatMap((_, racer) => (isShared[racer] ? [racer] : []));
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
  const unplaced = rates.flatMap((_, racer) => (isShared[racer] || isOwned[racer] ? [] : [racer]));
  return { parts: [...parts, part(unplaced, [])], sharedRacers };
}

/** The time by which `arrivals` racers are expected, by bisection. */
function timeOfArrivals(rates: readonly number[], arrivals: number): number {
  const expectedBy = (time: number) => rates.reduce((sum, rate) => sum - Math.expm1(-rate * time), 0);
  let low = 0;
  let high = 1;
  while (expectedBy(high) < arrivals && high < 1e9) high *= 2;
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (expectedBy(middle) < arrivals) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Distribution of the number of arrivals among the racers of all lists before list b (`prefix`, row b) and from
 * list b on (`suffix`, row b), cut at `width` terms. Both are [lists + 1, width], row-major, and reused for
 * every time.
 */
class ProductsAround {
  readonly prefix: Float64Array;
  readonly suffix: Float64Array;
  readonly #lists: readonly (readonly number[])[];
  readonly #width: number;

  constructor(lists: readonly (readonly number[])[], width: number) {
    this.#lists = lists;
    this.#width = width;
    this.prefix = new Float64Array((lists.length + 1) * width);
    this.suffix = new Float64Array((lists.length + 1) * width);
    this.prefix[0] = 1;
    this.suffix[lists.length * width] = 1;
  }

  /** @param absent [racers] probability that a racer has not arrived yet */
  update(absent: Float64Array): void {
    const { prefix, suffix } = this;
    const width = this.#width;
    this.#lists.forEach((racers, b) => {
      prefix.copyWithin((b + 1) * width, b * width, (b + 1) * width);
      for (const racer of racers) addRacer(prefix, (b + 1) * width, width, absent[racer]!, 0);
    });
    for (let b = this.#lists.length - 1; b >= 0; b--) {
      suffix.copyWithin(b * width, (b + 1) * width, (b + 2) * width);
      for (const racer of this.#lists[b]!) addRacer(suffix, b * width, width, absent[racer]!, 0);
    }
  }
}

/** Multiplies the row at `offset` by q + (1 - q)(1 - share)·x of one racer, cut at `width` terms. */
function addRacer(rows: Float64Array, offset: number, width: number, q: number, share: number): void {
  const p = (1 - q) * (1 - share);
  for (let m = width - 1; m > 0; m--) {
    rows[offset + m] = rows[offset + m]! * q + rows[offset + m - 1]! * p;
  }
  rows[offset] = rows[offset]! * q;
}

function multiplyRows(
  left: Float64Array,
  leftOffset: number,
  right: Float64Array,
  rightOffset: number,
  width: number,
  product: Float64Array,
): void {
  for (let m = 0; m < width; m++) {
    let sum = 0;
    for (let i = 0; i <= m; i++) sum += left[leftOffset + i]! * right[rightOffset + m - i]!;
    product[m] = sum;
  }
}
