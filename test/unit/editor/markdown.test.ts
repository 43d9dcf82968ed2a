import { expect, test } from 'vitest';
import { code, plain } from '../../../src/editor/markdown';

test.each([
  '![seen](https://tracker.example/x.png)',
  '[free GPUs](command:workbench.action.quit)',
  '<img src=x onerror=alert(1)>',
  '**bold** `code` $(alert) https://example.com a@b.c',
  '# heading',
])('%s comes out as words', (text) => {
  expect(plain(text)).not.toMatch(/[![\]()<>*`]|https?:|\$|@/);
});

test('ordinary names stay readable', () => {
  expect(plain('DeepSeek V3')).toBe('DeepSeek V3');
});

test.each([
  ['$EP', '`$EP`'],
  ['$(nproc `x`)', '``$(nproc `x`)``'],
  ['`date`', '`` `date` ``'],
])('%s is code that its own backticks cannot end', (text, expected) => {
  expect(code(text)).toBe(expected);
});

test('long text is cut and lines are joined', () => {
  expect(plain(`${'x'.repeat(500)}`)).toHaveLength(121);
  expect(code('a\n\n# b')).toBe('`a # b`');
});
