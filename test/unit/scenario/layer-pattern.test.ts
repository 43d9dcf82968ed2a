import { expect, test } from 'vitest';
import { layerPattern } from '../../../src/scenario/layer-pattern';

test('evaluates sums of repeated lists', () => {
  expect(layerPattern('([0]*3+[1]*5)')).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
  expect(layerPattern("'([0]*1+[1]*2)'")).toEqual([0, 1, 1]);
  expect(layerPattern('[0,1]*2')).toEqual([0, 1, 0, 1]);
});

test('leaves everything else alone', () => {
  for (const text of ['', '2', '([2]*3)', 'import os', '[1]*99999999', '([1]*2', '[1]**2']) {
    expect(layerPattern(text)).toBeUndefined();
  }
});
