import { expect, test } from 'vitest';
import { inShort } from '../../../src/editor/refusal-answers';
import { isUnreadable } from '../../../src/panel/refusals';

test.each([
  ['The hidden size is not stated: set model.hiddenSize.', 'The hidden size is not stated'],
  [
    'No file says which model this is: name one of the model catalog (`model:` in a scenario file), or put it beside this file.',
    'No file says which model this is',
  ],
  [
    'train.sh is not found beside this file: name a launch file or a model config, relative to this file.',
    'train.sh is not found beside this file',
  ],
  [
    '8 experts do not divide over EP 6: take an EP that divides them.',
    '8 experts do not divide over EP 6: take an EP that divides them',
  ],
])('above a job, "%s" is one clause', (message, short) => {
  expect(inShort(message)).toBe(short);
});

test('a text that breaks off comes before what it lacks', () => {
  expect(isUnreadable([{ rule: 'MS000', severity: 'error' }])).toBe(true);
  expect(isUnreadable([{ rule: 'GN001', severity: 'error' }])).toBe(true);
  expect(isUnreadable([{ rule: 'MS000', severity: 'warning' }])).toBe(false);
  expect(isUnreadable([{ rule: 'MG002', severity: 'error' }])).toBe(false);
  expect(isUnreadable([])).toBe(false);
});
