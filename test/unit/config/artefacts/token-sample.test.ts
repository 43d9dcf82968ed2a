import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenSample } from '../../../../src/config/artefacts/token-sample';
import { mustReadTrace, record } from './reading';

const LIMIT = 2 ** 15;

function sampleOf(tokens: number, perToken = 2) {
  const sample = new TokenSample();
  for (let token = 0; token < tokens; token++) {
    sample.add(
      Int32Array.from({ length: perToken }, (_, i) => (token * perToken + i) % 65_536),
      0,
      perToken,
    );
  }
  return sample.finish();
}

test('a short trace is kept as it is, token by token', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 9 }), (tokens, perToken) => {
      const { experts } = sampleOf(tokens, perToken);
      expect(experts).toEqual(Uint16Array.from({ length: tokens * perToken }, (_, i) => i % 65_536));
    }),
    { numRuns: 20 },
  );
});

test('of a long trace every part has its share, in memory that does not grow with it', () => {
  const parts = 16;
  const tokens = 20 * LIMIT;
  const sample = new TokenSample();
  for (let token = 0; token < tokens; token++) {
    sample.add(Int32Array.of(Math.floor((token * parts) / tokens), 100), 0, 2);
  }
  const { experts } = sample.finish();
  expect(experts).toHaveLength(2 * LIMIT);
  const share = new Float64Array(parts);
  for (let at = 0; at < experts.length; at += 2) share[experts[at]!]! += parts / LIMIT;
  // 2048 tokens each: five standard deviations are 11 %.
  for (const one of share) expect(Math.abs(one - 1)).toBeLessThan(0.11);
});

test('only tokens whose experts can be replayed are among them', () => {
  const trace = mustReadTrace(record(0, 0, [[0, 1], [2, 2], [3, -1], [1], [70_000, 1], [2, 3]]));
  expect([...trace.choices[0]!.experts]).toEqual([0, 1, 2, 3]);
  expect(trace.choices[0]!.perToken).toBe(2);
});
