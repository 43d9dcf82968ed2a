import { expect, test } from 'vitest';
import { parseChange, parseTyped } from '../../../src/plan/whatif';
import { fields } from '../../../src/scenario/fields';

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

test('no short name means two fields, on the command line and in the palette alike', () => {
  const meant = fields.map(({ name }) => name.slice(name.lastIndexOf('.') + 1).toLowerCase());
  expect(new Set(meant).size).toBe(fields.length);
  expect(parseChange('ep=8')).toEqual({ name: 'layout.ep', value: 8 });
  expect(() => parseChange('epp=8')).toThrow(/no field epp/);
});
