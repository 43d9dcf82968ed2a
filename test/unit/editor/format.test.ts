import { expect, test } from 'vitest';
import { count, time, withoutIcons } from '../../../src/editor/format';

test('figures read as people write them', () => {
  expect([count(1, 'GPU'), count(1024, 'GPU')]).toEqual(['1 GPU', '1,024 GPUs']);
  expect([time(249.4), time(9100)]).toEqual(['249 µs', '9.10 ms']);
});

test('what a file says is no icon', () => {
  expect(withoutIcons('TP comes from $(nproc) and $EP')).toBe('TP comes from \\$(nproc) and $EP');
});
