import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aliasTable, drawIndices } from '../../../src/sim/routing/alias-table';
import { NO_EXPERT } from '../../../src/sim/routing/capacity';
import { bitFiller } from '../../../src/sim/routing/random';
import { Tally } from '../../../src/sim/routing/tally';

/** Tokens of one source, counted with a set for each. */
function countedWithSets(
  tokens: readonly (readonly number[])[],
  placeOfExpert: readonly number[],
  places: number,
) {
  const counts = new Array<number>(places).fill(0);
  for (const token of tokens) {
    for (const place of new Set(token.filter((e) => e !== NO_EXPERT).map((e) => placeOfExpert[e]!)))
      counts[place]!++;
  }
  return counts;
}

const setting = fc
  .record({
    ranks: fc.constantFrom(1, 5, 32, 33, 64, 65, 80),
    domainSize: fc.constantFrom(1, 2, 8),
    topK: fc.integer({ min: 1, max: 9 }),
    tokens: fc.integer({ min: 0, max: 40 }),
    seed: fc.integer({ min: 1, max: 1e6 }),
    hasDrops: fc.boolean(),
  })
  .map(({ seed, ...shape }) => {
    const random = new Int32Array(4096);
    bitFiller(seed)(random);
    return { ...shape, random };
  });

describe('sampled tokens', () => {
  test('count once for each rank and domain, however many there are', () => {
    fc.assert(
      fc.property(setting, ({ ranks, domainSize, topK, tokens, random, hasDrops }) => {
        const experts = 2 * ranks;
        const rankOfExpert = Array.from({ length: experts }, (_, e) => e % ranks);
        const domainOfRank = Array.from({ length: ranks }, (_, rank) => Math.floor(rank / domainSize));
        const domains = Math.ceil(ranks / domainSize);
        const copies = {
          start: Uint32Array.from({ length: experts + 1 }, (_, e) => e),
          rank: Uint32Array.from(rankOfExpert),
        };
        const tally = new Tally(copies, domainOfRank, domains, 1);
        const chosen = Uint16Array.from({ length: tokens * topK }, (_, i) =>
          hasDrops && random[i + 1]! % 3 === 0 ? NO_EXPERT : (random[i]! >>> 1) % experts,
        );
        const asTokens = Array.from({ length: tokens }, (_, t) => [
          ...chosen.subarray(t * topK, (t + 1) * topK),
        ]);
        // In two slices, by the second rank of all.
        const source = ranks > 1 ? 1 : 0;
        const half = topK * Math.floor(tokens / 2);
        tally.startSource(source);
        tally.add(chosen.subarray(0, half), topK, !hasDrops);
        tally.add(chosen.subarray(half), topK, !hasDrops);
        tally.endSource();
        const row = (counts: Float64Array, width: number) => [
          ...counts.subarray(source * width, (source + 1) * width),
        ];
        const domainOfExpert = rankOfExpert.map((rank) => domainOfRank[rank]!);
        expect(row(tally.rankHits, ranks)).toEqual(countedWithSets(asTokens, rankOfExpert, ranks));
        expect(row(tally.domainHits, domains)).toEqual(countedWithSets(asTokens, domainOfExpert, domains));
        expect(tally.kept).toBe(chosen.filter((expert) => expert !== NO_EXPERT).length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the alias table', () => {
  test('gives every index its share of all random numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 70 }),
        (some) => {
          const weights = Float64Array.from(some, (weight, i) => (i === 0 ? weight + 0.01 : weight));
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const { bits, threshold, choices } = aliasTable(weights);
          const shares = new Float64Array(weights.length);
          threshold.forEach((own, column) => {
            const share = own / 2 ** 31;
            if (share > 0) shares[choices[2 * column + 1]!]! += share / 2 ** bits;
            if (share < 1 - 2 ** -30) shares[choices[2 * column]!]! += (1 - share) / 2 ** bits;
          });
          shares.forEach((share, i) => {
            expect(Math.abs(share - weights[i]! / total)).toBeLessThan(1e-8);
          });
        },
      ),
    );
  });

  test('draws in these shares', () => {
    const weights = Float64Array.of(5, 0, 1, 2);
    const random = new Int32Array(80_000);
    bitFiller(3)(random);
    const drawn = new Uint16Array(random.length);
    drawIndices(aliasTable(weights), random, drawn);
    const counts = [0, 0, 0, 0];
    for (const index of drawn) counts[index]!++;
    expect(counts[1]).toBe(0);
    [5 / 8, 0, 1 / 8, 2 / 8].forEach((share, i) => {
      expect(Math.abs(counts[i]! / random.length - share)).toBeLessThan(0.007);
    });
  });
});
