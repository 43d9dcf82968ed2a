import { expect, test } from 'vitest';
import { namedAccelerator } from '../../../src/scenario/resolve/named-accelerator';
import { fact } from '../facts';

const named = (...files: string[]) =>
  namedAccelerator(files.map((file) => fact('layout.ep', 8, 'literal', { file })))?.id ?? null;

test.each([
  ['run_h800.sh', 'h800-sxm'],
  ['file:///jobs/Run%20H200.sh', 'h200-sxm'],
  ['deepseek_release_gb_200.yaml', 'gb200-nvl72'],
  ['train-8xH100.sh', 'h100-sxm'],
  ['serve.mi300x.yaml', 'mi300x'],
  ['h100x8.yaml', 'h100-sxm'],
  ['recipes/gb300-fp4/decode.yaml', 'gb300-nvl72'],
  ['v5p-256.yml', 'tpu-v5p'],
  ['recipes/b200/h200.sh', 'h200-sxm'],
])('%s is named for %s', (file, id) => {
  expect(named(file)).toBe(id);
});

test.each([
  ['train.sh'],
  ['qwen3-235b-a22b.yaml'],
  ['a100b.sh'],
  ['h100-or-h200.sh'],
  ['preset:gb200'],
  ['h100/far/away/train.sh'],
])('%s is named for no accelerator, or for several', (file) => {
  expect(named(file)).toBeNull();
});

test('files of one job that are named for different ones say nothing', () => {
  expect(named('h100.sh', 'h200.yaml')).toBeNull();
  expect(named('h100.sh', 'config.json')).toBe('h100-sxm');
});
