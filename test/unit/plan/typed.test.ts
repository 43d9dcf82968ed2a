import { expect, test } from 'vitest';
import { parseTyped } from '../../../src/plan/whatif';

test.each([
  ['ep=32', [['layout.ep', 32]]],
  [
    'EP = 32, tp=2',
    [
      ['layout.ep', 32],
      ['layout.tp', 2],
    ],
  ],
  [
    'layout.ep=32 top-k=4 backend=nccl-alltoall',
    [
      ['layout.ep', 32],
      ['model.topK', 4],
      ['communication.backend', 'nccl-alltoall'],
    ],
  ],
  ['redundant-experts=64', [['placement.redundantExperts', 64]]],
  ['recompute=mla_up_proj,moe_act', [['workload.recompute', 'mla_up_proj,moe_act']]],
])('%s are changes', (text, expected) => {
  expect(parseTyped(text)?.map(({ name, value }) => [name, value])).toEqual(expected);
});

test.each(['expert', 'ep', ''])('%j is none', (text) => {
  expect(parseTyped(text)).toBeNull();
});

test.each([
  ['nothing=3', 'There is no field nothing'],
  ['ep=0', 'layout.ep is a whole number of at least 1, not "0"'],
  ['ep=3.5', 'layout.ep is a whole number'],
  ['backend=pigeons', 'communication.backend is one of'],
])('%s is refused with what would be right', (text, message) => {
  expect(() => parseTyped(text)).toThrow(message);
});
