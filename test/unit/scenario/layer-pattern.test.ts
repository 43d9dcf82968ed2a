import { expect, test } from 'vitest';
import { layerPattern } from '../../../src/scenario/resolve/layer-pattern';

test('evaluates sums of repeated lists', () => {
  expect(layerPattern('([0]*3+[1]*5)')).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
  expect(layerPattern("'([0]*1+[1]*2)'")).toEqual([0, 1, 1]);
  expect(layerPattern('[0,1]*2')).toEqual([0, 1, 0, 1]);
  expect(layerPattern('([1]*3+[0]*1)*2')).toEqual([1, 1, 1, 0, 1, 1, 1, 0]);
  expect(layerPattern('[0] + (([1] + [0]) * 2)')).toEqual([0, 1, 0, 1, 0]);
});

test('leaves everything else alone', () => {
  for (const text of [
    '',
    '2',
    '([2]*3)',
    'import os',
    '[1]*99999999',
    '([1]*2',
    '[1]**2',
    '[1]*',
    '+[1]',
    '[1](2)',
    '[1]*(2)',
    `${'('.repeat(9000)}[1]${')'.repeat(9000)}`,
  ]) {
    expect(layerPattern(text)).toBeUndefined();
  }
});
