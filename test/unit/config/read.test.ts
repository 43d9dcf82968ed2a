import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { limitOf, read } from '../../../src/config/read';

const SERVE = 'vllm serve m -tp 2\n';

test('each format is recognised by what is in it', () => {
  expect(read({ file: 'a.json', text: '{"model_type": "mixtral"}' })?.framework).toBe('huggingface');
  expect(read({ file: 'a.sh', text: SERVE })?.framework).toBe('vllm');
  expect(read({ file: 'a.sh', text: 'torchrun t.py --num-experts 8\n' })?.framework).toBe('megatron-lm');
  expect(read({ file: 'a.sh', text: 'ls\n' })).toBeNull();
});

describe('files that are not read', () => {
  test('binary ones', () => {
    expect(read({ file: 'a.sh', text: `\0\0${SERVE}` })).toBeNull();
  });

  test('ones that are too long', () => {
    expect(read({ file: 'a.sh', text: SERVE + '#'.repeat(5_000_000) })).toBeNull();
    expect(
      read({ file: 'a.json', text: `{"model_type": "mixtral", "x": "${'x'.repeat(5_000_000)}"}` }),
    ).toBeNull();
  });

  test('are known to be too long where they look like ours', () => {
    const long = '#'.repeat(5_000_000);
    expect(limitOf(SERVE + long, 'a.sh')).toBe(1_000_000);
    expect(limitOf(SERVE, 'a.sh')).toBeUndefined();
    expect(limitOf(`ls\n${long}`, 'a.sh')).toBeUndefined();
    expect(limitOf(`\0${SERVE}${long}`, 'a.sh')).toBeUndefined();
  });

  test.each([
    ['a.yaml', 'num_experts: 8\n#', 500_000],
    ['a.sh', `${SERVE}#`, 1_000_000],
    ['config.json', '{"num_local_experts": 8, "x": "', 5_000_000],
  ])('%s at its own length', (file, start, limit) => {
    const text = start.padEnd(limit, '#');
    expect(limitOf(text, file)).toBeUndefined();
    expect(limitOf(`${text}#`, file)).toBe(limit);
  });

  test('everything that the packages of this project hold', () => {
    const recognised: string[] = [];
    let seen = 0;
    const visit = (folder: string, depth: number) => {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory() && depth < 5) visit(path, depth + 1);
        else if (entry.isFile() && /\.(json|sh|md|ya?ml)$/.test(entry.name)) {
          seen++;
          if (read({ file: path, text: readFileSync(path, 'utf8') }) !== null) recognised.push(path);
        }
      }
    };
    visit(join(process.cwd(), 'node_modules'), 0);
    expect(seen).toBeGreaterThan(100);
    expect(recognised).toEqual([]);
  });
});
