import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/lint/edits';
import { ignoreHere, ignoreInFile } from '../../../src/lint/ignore';

const place = (file: string, text: string, value: string) => {
  const start = text.indexOf(value);
  return { rule: 'MG005', name: 'megatron/x', file, range: { start, end: start + value.length } };
};

function here(text: string, value: string, file = 'train.sh'): string | null {
  const edit = ignoreHere(place(file, text, value), text);
  return edit && applyEdits(text, [edit]);
}

function whole(text: string, value: string, file = 'train.sh'): string | null {
  const edit = ignoreInFile(place(file, text, value), text);
  return edit && applyEdits(text, [edit]);
}

describe('a finding is silenced where it stands', () => {
  it.each([
    ['behind its line', 'EP=6\nrun --ep $EP\n', 'EP=6  # moe-scope: ignore MG005\nrun --ep $EP\n'],
    ['behind another comment', 'EP=6  # six\n', 'EP=6  # six  # moe-scope: ignore MG005\n'],
    [
      'in an array',
      'A=(\n  --ep 6\n)\nrun ${A[@]}\n',
      'A=(\n  --ep 6  # moe-scope: ignore MG005\n)\nrun ${A[@]}\n',
    ],
    [
      'above a command that goes on over several lines',
      '  run \\\n    --ep 6 \\\n    --tp 2\n',
      '  # moe-scope: ignore MG005\n  run \\\n    --ep 6 \\\n    --tp 2\n',
    ],
    [
      'on the last line of such a command',
      'run \\\r\n  --ep 6\r\n',
      '# moe-scope: ignore MG005\r\nrun \\\r\n  --ep 6\r\n',
    ],
    [
      'in a comment that is there',
      'EP=6 # moe-scope: ignore MG001, MG002 -- known\n',
      'EP=6 # moe-scope: ignore MG001, MG002, MG005 -- known\n',
    ],
    [
      'in a comment above',
      '# moe-scope: ignore MG001\nrun \\\n  --ep 6\n',
      '# moe-scope: ignore MG001, MG005\nrun \\\n  --ep 6\n',
    ],
    ['on the last line without a break', 'EP=6', 'EP=6  # moe-scope: ignore MG005'],
  ])('%s', (_, before, after) => expect(here(before, '6')).toBe(after));

  it('in a YAML key, and not in a text whose every line is read by something else', () => {
    expect(here('ep: 6\n', '6', 'a.yaml')).toBe('ep: 6  # moe-scope: ignore MG005\n');
    expect(here('args: >\n  serve\n  --ep 6\n  --tp 2\n', '6', 'a.yaml')).toBeNull();
    expect(whole('args: >\n  serve\n  --ep 6\n', '6', 'a.yaml')).toMatch(/^# moe-scope: ignore-file MG005\n/);
  });

  it('not inside a quoted word that a comment would cut', () => {
    expect(here('X="--a 1\n--ep 6\n--tp 2"\nrun $X\n', '6')).toBeNull();
  });

  it('never in JSON', () => {
    expect(here('{"ep": 6}', '6', 'config.json')).toBeNull();
    expect(whole('{"ep": 6}', '6', 'config.json')).toBeNull();
  });
});

describe('a finding is silenced in its file', () => {
  it.each([
    ['at the top', 'EP=6\n', '# moe-scope: ignore-file MG005\nEP=6\n'],
    ['below the shebang', '#!/bin/bash\nEP=6\n', '#!/bin/bash\n# moe-scope: ignore-file MG005\nEP=6\n'],
    [
      'in a comment that is there',
      'EP=6\n# moe-scope: ignore-file MG001\n',
      'EP=6\n# moe-scope: ignore-file MG001, MG005\n',
    ],
  ])('%s', (_, before, after) => expect(whole(before, '6')).toBe(after));
});
