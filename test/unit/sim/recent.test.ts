import { expect, test } from 'vitest';
import { recent } from '../../../src/sim/recent';

test('what nobody asked for the longest goes first', () => {
  const kept = recent<string>(2);
  kept.set('a', 'A');
  kept.set('b', 'B');
  kept.get('a');
  kept.set('c', 'C');
  expect([kept.get('a'), kept.get('b'), kept.get('c')]).toEqual(['A', undefined, 'C']);
});

test('values are kept up to a weight in all, the latest whatever it weighs', () => {
  const kept = recent<number>(10, (weight) => weight);
  kept.set('a', 4);
  kept.set('b', 5);
  kept.set('a', 5);
  expect([kept.get('a'), kept.get('b')]).toEqual([5, 5]);
  kept.set('c', 99);
  expect([kept.get('a'), kept.get('b'), kept.get('c')]).toEqual([undefined, undefined, 99]);
});
